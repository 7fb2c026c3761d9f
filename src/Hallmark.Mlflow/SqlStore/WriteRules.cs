using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>
/// What MLflow's server checks before it writes, as far as it hangs on the database's own columns. A writer that goes past the server keeps to the same
/// rules, or MLflow would later meet rows it could not have made. Unlike the server, nothing is ever cut to fit.
/// </summary>
internal static class WriteRules
{
    /// <summary>Checks a tag: its key by MLflow's rules for names, key and value by the bounds of their columns.</summary>
    /// <exception cref="BadInputException">MLflow would refuse or cut it.</exception>
    public static void CheckTag(SqlSchema schema, string table, string key, string value)
    {
        MlflowNames.Key(key);
        CheckFits(schema, table, "key", key, "The key of a tag");
        CheckFits(schema, table, "value", value, $"The value of the tag '{Printable.Text(key)}'");
    }

    /// <summary>Checks the name of a new registered model: not empty, and no <c>/</c> or <c>:</c>, which no <c>models:/</c> URI could name.</summary>
    /// <exception cref="BadInputException">It is not such a name.</exception>
    public static void CheckModelName(string name)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny('/', ':') >= 0 || name.Any(char.IsControl))
        {
            throw new BadInputException(
                $"'{Printable.Text(name)}' cannot be the name of a registered model",
                "a name is not empty and has no / or : and no control characters"
            );
        }
    }

    /// <summary>Checks that a text fits its column; lengths count code points, as MLflow's database does.</summary>
    /// <exception cref="BadInputException">It does not.</exception>
    public static void CheckFits(SqlSchema schema, string table, string column, string value, string what)
    {
        var most = schema.MaximumLength(table, column) ?? MlflowNames.MaxModelTagLength;
        var length = MlflowNames.LengthOf(value);
        if (length > most)
        {
            throw new BadInputException(
                string.Create(CultureInfo.InvariantCulture, $"{what} has {length} characters; MLflow keeps {most} there"),
                "write long texts as an artifact"
            );
        }
    }
}
