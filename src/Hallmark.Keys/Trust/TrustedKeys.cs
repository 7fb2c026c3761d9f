using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;

namespace Hallmark.Keys.Trust;

/// <summary>
/// The setting <c>trusted_keys</c>: who may have signed. A signature binds to a key, this list binds keys to names; whoever can change it decides whose
/// signatures count.
/// </summary>
public sealed class TrustedKeys
{
    private readonly ImmutableDictionary<Ed25519PublicKey, TrustedKey> _byKey;

    private TrustedKeys(ImmutableArray<TrustedKey> keys)
    {
        Keys = keys;
        _byKey = keys.ToImmutableDictionary(key => key.PublicKey);
    }

    /// <summary>No trusted keys at all.</summary>
    public static TrustedKeys None { get; } = new([]);

    /// <summary>The keys in the order of the list.</summary>
    public ImmutableArray<TrustedKey> Keys { get; }

    /// <summary>Reads the setting: a list of <c>{"name", "public_key", "since"?, "until"? or "retired_at"?}</c>, times in ISO 8601 with an offset (or a bare date, in UTC).</summary>
    /// <param name="list">The JSON list.</param>
    /// <param name="faults">Receives every fault with its place (<c>trusted_keys[2].public_key: …</c>); empty where all is well.</param>
    /// <returns>The keys, or <see cref="None"/> where there is any fault: half a list would be another list.</returns>
    public static TrustedKeys Parse(JsonElement list, out IReadOnlyList<string> faults)
    {
        var reader = new TrustedKeysReader();
        var keys = reader.Read(list);
        faults = reader.Faults;
        return reader.Faults.Count == 0 ? new TrustedKeys(keys) : None;
    }

    /// <summary>Reads the setting and throws at faults.</summary>
    /// <exception cref="BadInputException">There are faults; the hints name each with its place.</exception>
    public static TrustedKeys Parse(JsonElement list)
    {
        var keys = Parse(list, out var faults);
        return faults.Count == 0 ? keys : throw new BadInputException("The setting trusted_keys cannot be used", [.. faults]);
    }

    /// <summary>The entry for a key, or null where nobody here vouches for it.</summary>
    public TrustedKey? Find(Ed25519PublicKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>Judges whoever signed.</summary>
    /// <param name="signer">The key that the signature verified under.</param>
    /// <param name="signedAt">When the signature claims to have been made, or null. The signer wrote that time himself: only a witness outside can confirm it.</param>
    public SignerTrust Judge(Ed25519PublicKey signer, DateTimeOffset? signedAt)
    {
        var shortForm = Shorten(signer);
        if (Find(signer) is not { } key)
        {
            return new SignerTrust(TrustStatus.Unknown, null, $"signed by {shortForm}, for which nobody here vouches");
        }

        var who = $"signed by \"{key.Name}\" ({shortForm})";
        if (key.Until is { } until && (signedAt is null || signedAt >= until))
        {
            var claim = signedAt is null
                ? "and nothing says that the signature is older"
                : $"before the signature's own time, {Date(signedAt.Value)}";
            return new SignerTrust(TrustStatus.Retired, key, $"{who}, a key that was retired on {Date(until)}, {claim}");
        }

        if (key.Since is { } since && (signedAt is null || signedAt < since))
        {
            var claim = signedAt is null
                ? "and nothing says that the signature is not older"
                : $"after the signature's own time, {Date(signedAt.Value)}";
            return new SignerTrust(TrustStatus.NotYet, key, $"{who}, trusted only since {Date(since)}, {claim}");
        }

        var range = (key.Since, key.Until) switch
        {
            ({ } from, { } to) => $", trusted from {Date(from)} until {Date(to)}",
            ({ } from, null) => $", trusted since {Date(from)}",
            (null, { } to) => $", trusted until {Date(to)}",
            _ => ", trusted",
        };
        return new SignerTrust(TrustStatus.Trusted, key, who + range);
    }

    /// <summary>Finds the key that <c>--signer</c> means: first among this list's names, then as a key, then among the names of the own keys.</summary>
    /// <param name="publicKeyOrName">64 hex digits, a name of this list, or the name of one of <paramref name="ownKeys"/>.</param>
    /// <param name="ownKeys">The keys that sign here; only their public halves are used.</param>
    /// <exception cref="BadInputException">It is none of these, the key is one under which nothing verifies, or the own key of that name cannot be read.</exception>
    public Ed25519PublicKey ResolveSigner(string publicKeyOrName, KeyFolder ownKeys)
    {
        ArgumentNullException.ThrowIfNull(publicKeyOrName);
        ArgumentNullException.ThrowIfNull(ownKeys);
        if (Keys.FirstOrDefault(key => key.Name == publicKeyOrName) is { } named)
        {
            return named.PublicKey;
        }

        if (Ed25519PublicKey.TryParseHex(publicKeyOrName, out var key))
        {
            return key.IsUsable
                ? key
                : throw new BadInputException($"{publicKeyOrName} is no usable Ed25519 key: nothing verifies under it");
        }

        var own = ownKeys.List();
        if (own.FirstOrDefault(listed => listed.Name == publicKeyOrName) is { } local)
        {
            return Ed25519PublicKey.TryParseHex(local.PublicKeyHex, out var localKey)
                ? localKey
                : throw new BadInputException($"The key \"{local.Name}\" of this home cannot be read: {local.Trouble}");
        }

        throw new BadInputException(
            $"\"{publicKeyOrName}\" is neither a public key nor the name of a trusted one or of a key of this home",
            "A public key is 64 hex digits",
            Keys.IsEmpty ? "The setting trusted_keys is empty" : "Trusted keys: " + string.Join(", ", Keys.Select(k => k.Name)),
            own.Count == 0 ? "This home has no keys" : "Keys of this home: " + string.Join(", ", own.Select(k => k.Name))
        );
    }

    internal static string Shorten(Ed25519PublicKey key) => $"{key.Hex.AsSpan(0, 4)}…{key.Hex.AsSpan(62)}";

    private static string Date(DateTimeOffset time) =>
        time.ToUniversalTime() is var utc && utc.TimeOfDay == TimeSpan.Zero
            ? utc.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
