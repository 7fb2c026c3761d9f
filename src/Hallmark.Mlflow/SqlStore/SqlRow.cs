using System.Data.Common;
using System.Globalization;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>
/// The row that a query stands at. SQLite lets any column hold anything, so every value is looked at before it is believed: what is not of the asked kind
/// is an <see cref="MlflowFormatException"/> that names the column, never a zero or an empty text.
/// </summary>
internal sealed class SqlRow(ISqlDatabase database, DbDataReader reader)
{
    /// <summary>A text that must be there.</summary>
    public string Text(int column) => TextOrNull(column) ?? throw Unfit(column, "text", "nothing");

    /// <summary>A text, or null.</summary>
    public string? TextOrNull(int column)
    {
        if (reader.IsDBNull(column))
        {
            return null;
        }

        try
        {
            return database.ReadText(reader, column);
        }
        catch (FormatException failure)
        {
            throw Unfit(column, "text", failure.Message);
        }
    }

    /// <summary>A whole number that must be there.</summary>
    public long Integer(int column) => IntegerOrNull(column) ?? throw Unfit(column, "a whole number", "nothing");

    /// <summary>A whole number, or null.</summary>
    public long? IntegerOrNull(int column) =>
        reader.GetValue(column) switch
        {
            DBNull => null,
            long value => value,
            int value => value,
            short value => value,
            var other => throw Unfit(column, "a whole number", Kind(other)),
        };

    /// <summary>A whole number as the string that MLflow's clients see.</summary>
    public string IntegerText(int column) => Integer(column).ToString(CultureInfo.InvariantCulture);

    /// <summary>A floating-point number that must be there.</summary>
    public double Number(int column) => NumberOrNull(column) ?? throw Unfit(column, "a number", "nothing");

    /// <summary>A floating-point number, or null.</summary>
    public double? NumberOrNull(int column) =>
        reader.GetValue(column) switch
        {
            DBNull => null,
            double value => value,
            float value => value,
            long value => value,
            var other => throw Unfit(column, "a number", Kind(other)),
        };

    /// <summary>A yes or no: a boolean, or 0 or 1.</summary>
    public bool Flag(int column) =>
        reader.GetValue(column) switch
        {
            bool value => value,
            0L => false,
            1L => true,
            DBNull => throw Unfit(column, "0 or 1", "nothing"),
            var other => throw Unfit(column, "0 or 1", Kind(other)),
        };

    /// <summary>A metric's point from its value, <c>is_nan</c>, timestamp and step, in four columns beside each other. MLflow stores NaN as 0 with a flag.</summary>
    public MetricPoint Point(int firstColumn) =>
        new(Flag(firstColumn + 1) ? double.NaN : Number(firstColumn), IntegerOrNull(firstColumn + 2) ?? 0, Integer(firstColumn + 3));

    private static string Kind(object value) =>
        value switch
        {
            string => "text",
            byte[] => "bytes",
            double or float => "a fraction",
            long or int => "another number",
            _ => "something else",
        };

    private MlflowFormatException Unfit(int column, string wanted, string found) =>
        new($"{database.Name} is damaged: a column {reader.GetName(column)} should hold {wanted} and holds {found}");
}
