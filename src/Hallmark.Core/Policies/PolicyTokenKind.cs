namespace Hallmark.Core.Policies;

/// <summary>What a piece of a policy's text is.</summary>
internal enum PolicyTokenKind
{
    /// <summary>Nothing more follows.</summary>
    End = 0,

    /// <summary>Letters, digits, <c>-</c>, <c>_</c>: a name, a keyword, a number or a duration.</summary>
    Word,

    /// <summary>The same in double quotes: always a name.</summary>
    Quoted,

    /// <summary>A bracket, a comma or <c>&gt;=</c>.</summary>
    Sign,
}
