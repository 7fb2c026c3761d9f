namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>A row of the database by column name.</summary>
internal sealed class FixtureRow(IReadOnlyDictionary<string, object?> values)
{
    public string Text(string name) => FindText(name) ?? "";

    public string? FindText(string name) =>
        values.TryGetValue(name, out var value) && value is not null
            ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    public long? Number(string name) =>
        values.TryGetValue(name, out var value) && value is not null
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    public double Double(string name) => Convert.ToDouble(values[name], System.Globalization.CultureInfo.InvariantCulture);
}
