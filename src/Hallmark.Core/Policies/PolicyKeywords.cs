namespace Hallmark.Core.Policies;

/// <summary>The words of the language; an anchor of such a name is written in quotes.</summary>
internal static class PolicyKeywords
{
    private static readonly string[] Words = ["require", "of", "any", "all", "and", "or", "state", "level", "confirmations", "within"];

    /// <summary>True for a word of the language, in any case.</summary>
    public static bool IsOne(string word) => Words.Contains(word, StringComparer.OrdinalIgnoreCase);
}
