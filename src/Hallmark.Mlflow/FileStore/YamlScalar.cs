namespace Hallmark.Mlflow.FileStore;

/// <summary>A text or number.</summary>
/// <param name="Text">The text with folding and escapes undone.</param>
/// <param name="IsPlain">Written without quotes, so that <c>null</c>, <c>3</c> and <c>true</c> are no strings.</param>
internal sealed record YamlScalar(string Text, bool IsPlain) : YamlNode
{
    /// <summary>The null value.</summary>
    public static YamlScalar Null { get; } = new("null", IsPlain: true);

    /// <summary>True for the plain forms of null.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>A string.</summary>
    public static YamlScalar Of(string text) => new(text, IsPlain: false);

    /// <summary>A whole number.</summary>
    public static YamlScalar Of(long number) => new(number.ToString(System.Globalization.CultureInfo.InvariantCulture), IsPlain: true);
}
