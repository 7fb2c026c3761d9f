namespace Hallmark.Mlflow.SqlStore;

/// <summary>A piece of SQL that stands in a statement as it is. Only for texts of our own, never for anything read or given.</summary>
internal sealed record SqlFragment(string Text)
{
    /// <summary>Nothing.</summary>
    public static SqlFragment Empty { get; } = new("");
}
