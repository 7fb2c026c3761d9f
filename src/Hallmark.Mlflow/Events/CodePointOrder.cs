namespace Hallmark.Mlflow.Events;

/// <summary>Compares strings by Unicode code point, not by UTF-16 unit: U+FB33 sorts before U+1F600 (mlflow-events.md §3.5). Null counts as empty.</summary>
internal sealed class CodePointOrder : IComparer<string?>
{
    public static CodePointOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = (x ?? "").AsSpan();
        var right = (y ?? "").AsSpan();
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // Units above the surrogates stand for smaller code points than a surrogate pair does: lift surrogates over them.
        return Rank(left[common]).CompareTo(Rank(right[common]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
