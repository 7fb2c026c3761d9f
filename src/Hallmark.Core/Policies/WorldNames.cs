namespace Hallmark.Core.Policies;

/// <summary>The kinds of world that policies know by name. Receipts name the kind in full; people may use the short name.</summary>
public static class WorldNames
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["arweave"] = "arweave",
        ["opentimestamps"] = "opentimestamps",
        ["ots"] = "opentimestamps",
        ["rfc3161"] = "rfc3161",
        ["tsa"] = "rfc3161",
        ["git"] = "git",
        ["checkpoint-file"] = "checkpoint-file",
        ["bitcoin"] = "bitcoin",
        ["ethereum"] = "ethereum",
        ["ipfs"] = "ipfs",
        ["rekor"] = "rekor",
    };

    /// <summary>The world's name as receipts write it, for a name or short name in any case; null for a name that is no world's.</summary>
    public static string? Find(string name) => Known.GetValueOrDefault(name);
}
