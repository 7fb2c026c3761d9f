using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.ArioVerify.Attestations;

/// <summary>What was found about one operator attestation, and what it says. It is the operator's word: who is not trusted proves nothing with it.</summary>
/// <param name="Checks">What was asked.</param>
/// <param name="Operator">The operator's address, as the payload names it; or empty.</param>
/// <param name="Gateway">Its gateway; or null.</param>
/// <param name="Level">1: looked for; 2: data hashed; 3: the uploader's signature verified too. Null where it is none of them.</param>
/// <param name="BlockHeight">The block that holds the transaction; or null.</param>
/// <param name="BlockTime">That block's time; or null.</param>
/// <param name="AttestedAt">When it was signed, by the operator's clock; or null.</param>
/// <param name="SignatureVerified">Whether the operator verified the uploader's signature; false also where it could not.</param>
/// <param name="IsBelieved">True where all checks passed and the operator is trusted.</param>
public sealed record AttestationFindings(
    ImmutableArray<Check> Checks,
    string Operator,
    string? Gateway,
    int? Level,
    long? BlockHeight,
    DateTimeOffset? BlockTime,
    DateTimeOffset? AttestedAt,
    bool? SignatureVerified,
    bool IsBelieved
)
{
    /// <summary>In words: <c>operator X attests block N, time T, level L</c>.</summary>
    public string Statement =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"operator {Operator} attests {(BlockHeight is { } height ? $"block {height}" : "no block yet")}{(BlockTime is { } time ? $", {time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "")}, level {Level}"
        );
}
