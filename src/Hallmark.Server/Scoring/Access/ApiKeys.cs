using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Server.Scoring.Access;

/// <summary>The keys that callers show. Only their SHA-256 is held; keys are random and long, so that no slow hash is needed.</summary>
public sealed class ApiKeys
{
    /// <summary>The fewest characters of a key.</summary>
    public const int MinLength = 20;

    /// <summary>The most characters of a key.</summary>
    public const int MaxLength = 512;

    private readonly (string Name, byte[] Hash)[] _keys;

    private ApiKeys((string Name, byte[] Hash)[] keys) => _keys = keys;

    /// <summary>No keys: anybody may ask.</summary>
    public static ApiKeys None { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => _keys.Length;

    /// <summary>Reads keys, one a line: <c>NAME KEY</c>, or the key alone, which is then called <c>key-N</c> after its line. Empty lines and lines that begin with <c>#</c> are passed over.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <exception cref="BadInputException">A line is no key, a name or key stands twice, or there are none. The message never repeats a key.</exception>
    public static ApiKeys Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new List<(string Name, byte[] Hash)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (words.Length > 2)
            {
                throw new BadInputException($"line {number} of {source} is not \"NAME KEY\"");
            }

            var (name, key) = words.Length == 2 ? (words[0], words[1]) : ($"key-{number}", words[0]);
            if (key.Length is < MinLength or > MaxLength || key.Any(character => character is <= ' ' or > '~'))
            {
                throw new BadInputException(
                    $"the key in line {number} of {source} is not {MinLength} to {MaxLength} visible ASCII characters",
                    "make one: openssl rand -hex 32"
                );
            }

            var hash = HashOf(key);
            if (keys.Exists(other => other.Name == name || other.Hash.AsSpan().SequenceEqual(hash)))
            {
                throw new BadInputException($"line {number} of {source} repeats a name or a key");
            }

            keys.Add((name, hash));
        }

        return keys.Count > 0
            ? new ApiKeys([.. keys])
            : throw new BadInputException($"{source} holds no API key", "one a line: NAME KEY; make a key: openssl rand -hex 32");
    }

    /// <summary>The name of a key; null where it is none of these. Takes as long whichever it is.</summary>
    public string? FindName(string? shown)
    {
        if (shown is null or { Length: > MaxLength })
        {
            return null;
        }

        var hash = HashOf(shown);
        string? found = null;
        foreach (var (name, known) in _keys)
        {
            // All are looked at, so that the time does not tell which one fits, nor how far.
            if (CryptographicOperations.FixedTimeEquals(hash, known))
            {
                found = name;
            }
        }

        return found;
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
