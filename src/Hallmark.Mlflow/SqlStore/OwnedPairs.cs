namespace Hallmark.Mlflow.SqlStore;

/// <summary>Names with values, gathered by what they belong to: the tags of many runs, read with one query.</summary>
internal sealed class OwnedPairs
{
    private readonly Dictionary<string, Dictionary<string, string>> _byOwner = new(StringComparer.Ordinal);

    /// <summary>Notes a pair.</summary>
    public void Set(string owner, string name, string? value)
    {
        if (!_byOwner.TryGetValue(owner, out var pairs))
        {
            _byOwner[owner] = pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        }

        pairs[name] = value ?? "";
    }

    /// <summary>The pairs of one owner; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Of(string owner) =>
        _byOwner.GetValueOrDefault(owner) ?? new Dictionary<string, string>(StringComparer.Ordinal);
}
