using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Notes;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Evidence.Verification;

/// <summary>The keys of a ledger, followed from the one that a bundle or a receipt says it was made with.</summary>
/// <param name="Keys">The keys; null where the first is none of the ledger's name.</param>
/// <param name="Faults">What does not hold of the first key and of the handovers.</param>
internal sealed record ClaimedLedger(LogKeyChain? Keys, ImmutableArray<Difference> Faults)
{
    /// <summary>Follows the handovers as far as they hold.</summary>
    public static ClaimedLedger Of(string origin, string verifierKey, ImmutableArray<KeyHandoverProof> handovers)
    {
        if (!NoteVerifierKey.TryParse(verifierKey, out var first) || first.Name != origin)
        {
            return new ClaimedLedger(Keys: null, [BundleChecks.Part("verifier_key", "it is no key of the ledger's name")]);
        }

        var keys = new LogKeyChain(first);
        foreach (var (handover, i) in handovers.Select((handover, i) => (handover, i)))
        {
            if (keys.Add(handover, out var fault) is not { } longer)
            {
                return new ClaimedLedger(keys, [BundleChecks.Part(string.Create(CultureInfo.InvariantCulture, $"handover {i}"), fault)]);
            }

            keys = longer;
        }

        return new ClaimedLedger(keys, []);
    }

    /// <summary>Whose keys signed checkpoints of these sizes, for people.</summary>
    public string Describe(IEnumerable<long> sizes, Func<string, DateTimeOffset?, SignerOpinion> judge)
    {
        if (Keys is null)
        {
            return "a key for which nobody here vouches";
        }

        // A key that is trusted vouches for those that it handed over to.
        var opinions = sizes.Select(Keys.KeyAt).Prepend(Keys.First).Distinct().Select(key => judge(HexOf(key), null)).ToList();
        return opinions.FirstOrDefault(opinion => opinion.Standing is SignerStanding.Trusted) is { } trusted
            ? $"the key of {trusted.Name ?? "the trusted signer"}{(Keys.Length == 0 ? "" : ", and those that it was handed over from or to")}"
            : "a key for which nobody here vouches";
    }

    private static string HexOf(NoteVerifierKey key) => Convert.ToHexStringLower(key.PublicKey.AsSpan());
}
