namespace Hallmark.Inference.Runners.Processes;

/// <summary>The environment that a model's process gets: ours without what is ours alone. A model is code; it needs no signing key and no password of the store it came from.</summary>
internal static class ChildEnvironment
{
    private static readonly string[] OurPrefixes = ["HALLMARK_", "ARIO_"];

    private static readonly HashSet<string> SecretWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "AUTH",
        "COOKIE",
        "CREDENTIAL",
        "CREDENTIALS",
        "KEY",
        "KEYS",
        "MNEMONIC",
        "PASS",
        "PASSPHRASE",
        "PASSWD",
        "PASSWORD",
        "PGPASSWORD",
        "SECRET",
        "SECRETS",
        "SEED",
        "TOKEN",
        "TOKENS",
        "WALLET",
    };

    /// <summary>The variables that go to the child.</summary>
    /// <param name="ours">Our environment.</param>
    /// <param name="passed">Names that go although they look like secrets.</param>
    public static Dictionary<string, string> Clean(IEnumerable<KeyValuePair<string, string?>> ours, IReadOnlyCollection<string> passed)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in ours)
        {
            if (value is not null && !IsOurs(name) && (passed.Contains(name) || !(HasSecretName(name) || HoldsCredentials(value))))
            {
                kept[name] = value;
            }
        }

        // The folder's files are what was verified: nothing is written beside them. Lines come when they are printed.
        kept["PYTHONDONTWRITEBYTECODE"] = "1";
        kept["PYTHONUNBUFFERED"] = "1";
        return kept;
    }

    private static bool IsOurs(string name) => OurPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool HasSecretName(string name) => name.Split('_', '-', '.').Any(SecretWords.Contains);

    // "scheme://user:password@host"
    private static bool HoldsCredentials(string value)
    {
        var start = value.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return false;
        }

        var rest = value.AsSpan(start + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var at = (end < 0 ? rest : rest[..end]).LastIndexOf('@');
        return at > 0 && rest[..at].Contains(':');
    }
}
