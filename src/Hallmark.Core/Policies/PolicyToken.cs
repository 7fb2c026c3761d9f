namespace Hallmark.Core.Policies;

/// <summary>A piece of a policy's text.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">The piece as written, without quotes.</param>
/// <param name="Column">Where it begins, counted from 1.</param>
internal readonly record struct PolicyToken(PolicyTokenKind Kind, string Text, int Column)
{
    /// <summary>True for this unquoted word, in any case.</summary>
    public bool IsWord(string word) => Kind is PolicyTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for this sign: a bracket, a comma, <c>&gt;=</c>.</summary>
    public bool IsSign(string sign) => Kind is PolicyTokenKind.Sign && Text == sign;

    /// <summary>As an error message names it.</summary>
    public string Described => Kind is PolicyTokenKind.End ? "the end" : $"\"{Text}\"";
}
