using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Hallmark.Core.Envelopes;

/// <summary>The forms of the texts that a producer writes. Verifiers do not enforce them.</summary>
internal static partial class DraftRules
{
    private const int MaxEventTypeLength = 64;

    /// <exception cref="ArgumentException">Not a UUID in lower case with dashes.</exception>
    internal static void CheckEventId(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (!IsEventId(value))
        {
            throw new ArgumentException("An event id is a UUID in lower case with dashes.", name);
        }
    }

    /// <summary>Whether a text is a UUID in lower case with dashes.</summary>
    internal static bool IsEventId(string value)
    {
        Span<char> canonical = stackalloc char[36];
        return Guid.TryParseExact(value, "D", out var id)
            && id.TryFormat(canonical, out var length, "D")
            && canonical[..length].SequenceEqual(value);
    }

    /// <summary>Whether a text is 64 lower-case hex digits.</summary>
    internal static bool IsHash(string value) => Hash.IsMatch(value);

    /// <exception cref="ArgumentException">Not 64 lower-case hex digits.</exception>
    internal static void CheckHash(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (!Hash.IsMatch(value))
        {
            throw new ArgumentException("A hash is 64 lower-case hex digits.", name);
        }
    }

    /// <exception cref="ArgumentException">Not words of lower-case letters, digits and underscores, separated by points, or too long.</exception>
    internal static void CheckEventType(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length > MaxEventTypeLength || !EventType.IsMatch(value))
        {
            throw new ArgumentException("An event type is words of a-z, 0-9 and _, separated by points, at most 64 characters.", name);
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hash { get; }

    [GeneratedRegex(
        @"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex EventType { get; }
}
