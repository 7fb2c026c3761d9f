using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Hallmark.Home.Settings;

/// <summary>Finds what looks like a secret anywhere in the settings, by its name, its shape or its place in an address, and says where it belongs. Never repeats it.</summary>
internal static class SecretScan
{
    private const string Key =
        "secrets do not belong into the settings; keep the key in keys/ (hallmark key new) or in ARIO_MLFLOW_SIGNING_KEY, a wallet in a file of its own (hallmark wallet new) of which \"wallet\" names the path";
    private const string Password =
        "secrets do not belong into the settings; a password goes into the environment (MLFLOW_TRACKING_PASSWORD, HALLMARK_BITCOIN_RPC_PASSWORD) or into a node's cookie file, a key into keys/ (hallmark key new)";

    private static readonly FrozenSet<string> KeyNames = FrozenSet.Create(
        StringComparer.Ordinal,
        "seed",
        "privatekey",
        "secret",
        "secretkey",
        "signingseed",
        "signingsecret",
        "mnemonic",
        "jwk"
    );
    private static readonly FrozenSet<string> PasswordNames = FrozenSet.Create(
        StringComparer.Ordinal,
        "password",
        "passphrase",
        "token",
        "accesstoken",
        "apikey",
        "accesskey",
        "secretaccesskey",
        "rpcpassword",
        "rpcuser",
        "credentials",
        "authorization",
        "cookie"
    );

    /// <summary>True where a member of this name could only hold a secret.</summary>
    public static bool IsSecretName(string name) => KeyNames.Contains(Plain(name)) || PasswordNames.Contains(Plain(name));

    /// <summary>Adds a fault for each secret in the settings.</summary>
    public static void Scan(JsonObject settings, List<string> faults) => Scan(settings, "", faults);

    private static void Scan(JsonNode? node, string place, List<string> faults)
    {
        switch (node)
        {
            case JsonObject members when members.ContainsKey("kty") && members.ContainsKey("d"):
                faults.Add($"{place}: holds a private key (JWK); {Key}");
                break;
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    var inner = place.Length == 0 ? name : $"{place}.{name}";
                    if (IsSecretName(name))
                    {
                        faults.Add($"{inner}: {(KeyNames.Contains(Plain(name)) ? Key : Password)}");
                    }
                    else
                    {
                        Scan(value, inner, faults);
                    }
                }

                break;
            case JsonArray { Count: 64 } numbers when numbers.All(number => number is JsonValue value && value.TryGetValue<byte>(out _)):
                faults.Add($"{place}: looks like a Solana wallet's private key; {Key}");
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Scan(items[i], $"{place}[{i}]", faults);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && FindIn(text) is { } fault:
                faults.Add($"{place}: {fault}");
                break;
            default:
                break;
        }
    }

    private static string? FindIn(string text)
    {
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) || text.Contains("\"kty\"", StringComparison.Ordinal))
        {
            return $"holds a private key; {Key}";
        }

        if (text is ['0', 'x', ..] && text.Length == 66 && text[2..].All(char.IsAsciiHexDigit))
        {
            return $"looks like an Ethereum wallet's private key; {Key}";
        }

        if (text.Length is >= 86 and <= 88 && text.All(IsBase58))
        {
            return $"looks like a Solana wallet's private key; {Key}";
        }

        return text.StartsWith("__cookie__:", StringComparison.Ordinal) ? $"holds a node's cookie; {Password}" : FindInAddress(text);
    }

    // Not by Uri: it takes not all that clients take (postgresql://a:b@h1,h2/db), and a secret must be seen in malformed addresses too.
    private static string? FindInAddress(string text)
    {
        // OLD=NEW holds two addresses.
        for (var start = IndexOfAddress(text, 0); start >= 0; start = IndexOfAddress(text, start + 3))
        {
            if (FindInAddress(text, start) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static int IndexOfAddress(string text, int from) => text.IndexOf("://", from, StringComparison.Ordinal);

    private static string? FindInAddress(string text, int start)
    {
        var rest = text.AsSpan(start + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.LastIndexOf('@');
        if (at >= 0 && authority[..at].Contains(':'))
        {
            return $"holds a password (user:password@); {Password}";
        }

        var query = text.IndexOf('?', start);
        return
            query >= 0
            && text[(query + 1)..]
                .Split('&', ';')
                .Any(pair => pair.Contains('=', StringComparison.Ordinal) && IsSecretName(pair.Split('=')[0]))
            ? $"holds a secret in its query; {Password}"
            : null;
    }

    private static bool IsBase58(char c) => char.IsAsciiLetterOrDigit(c) && c is not ('0' or 'O' or 'I' or 'l');

    private static string Plain(string name) =>
        string.Create(
            name.Count(char.IsAsciiLetterOrDigit),
            name,
            (plain, all) =>
            {
                var i = 0;
                foreach (var c in all.Where(char.IsAsciiLetterOrDigit))
                {
                    plain[i++] = char.ToLowerInvariant(c);
                }
            }
        );
}
