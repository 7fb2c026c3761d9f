using System.Globalization;
using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>
/// What MLflow's server checks before it writes. A writer that goes past the server keeps to the same rules, or MLflow would later meet rows it could not
/// have made. Unlike the server, nothing is ever cut to fit.
/// </summary>
internal static class WriteRules
{
    /// <summary>MLflow's bound for values in columns without one (3.1.1 and later), in code points.</summary>
    private const int MaximumUnboundedValueLength = 100_000;

    private const int MaximumAliasLength = 255;

    private static readonly string[] Stages = ["None", "Staging", "Production", "Archived"];

    /// <summary>Checks a tag: its key by MLflow's rules for names, key and value by the bounds of their columns.</summary>
    /// <exception cref="BadInputException">MLflow would refuse or cut it.</exception>
    public static void CheckTag(SqlSchema schema, string table, string key, string value)
    {
        CheckKey(key);
        CheckLength(key, schema.MaximumLength(table, "key") ?? 250, "The key of a tag");
        CheckLength(value, schema.MaximumLength(table, "value") ?? MaximumUnboundedValueLength, $"The value of the tag {key}");
    }

    /// <summary>Checks that a text fits its column.</summary>
    /// <exception cref="BadInputException">It does not.</exception>
    public static void CheckFits(SqlSchema schema, string table, string column, string value, string what) =>
        CheckLength(value, schema.MaximumLength(table, column) ?? MaximumUnboundedValueLength, what);

    /// <summary>Checks the name of a new registered model: not empty, and no <c>/</c> or <c>:</c>, which no <c>models:/</c> URI could name.</summary>
    /// <exception cref="BadInputException">It is not such a name.</exception>
    public static void CheckModelName(string name)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny('/', ':') >= 0)
        {
            throw new BadInputException("The name of a registered model is not empty and has no / or :");
        }
    }

    /// <summary>Checks an alias: word characters and <c>-</c>, at most 255, not <c>latest</c>, not <c>v</c> and digits.</summary>
    /// <exception cref="BadInputException">It is not such an alias.</exception>
    public static void CheckAlias(string alias)
    {
        if (alias.Length is 0 or > MaximumAliasLength || !alias.EnumerateRunes().All(rune => IsWord(rune) || rune.Value == '-'))
        {
            throw new BadInputException("An alias is made of letters, digits, _ and -, at most 255 of them");
        }

        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase) || (alias.Length > 1 && alias[0] is 'v' or 'V' && alias.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0))
        {
            throw new BadInputException($"The alias {alias} is reserved by MLflow");
        }
    }

    /// <summary>The stage as MLflow writes it.</summary>
    /// <exception cref="BadInputException">There is no such stage.</exception>
    public static string CanonicalStage(string stage) =>
        Stages.FirstOrDefault(known => known.Equals(stage, StringComparison.OrdinalIgnoreCase))
        ?? throw new BadInputException("There is no such stage", "Stages are None, Staging, Production and Archived");

    private static void CheckKey(string key)
    {
        var isClean = key.Length > 0 && !key.StartsWith("..", StringComparison.Ordinal) && key.Split('/').All(part => part is not ("" or "." or ".."));
        if (!isClean || !key.EnumerateRunes().All(rune => IsWord(rune) || rune.Value is '-' or '.' or '/' or ':' or ' '))
        {
            throw new BadInputException(
                "The key of a tag is made of letters, digits, spaces and _ - . / : and is a clean relative path", "MLflow refuses such a key");
        }
    }

    private static bool IsWord(Rune rune) => rune.Value == '_' || (rune != Rune.ReplacementChar && (Rune.IsLetter(rune) || Rune.IsNumber(rune)));

    private static void CheckLength(string text, int most, string what)
    {
        var length = text.Length <= most ? text.Length : text.EnumerateRunes().Count();
        if (length > most)
        {
            throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"{what} has {length} characters; MLflow keeps {most} there and would cut or refuse it"));
        }
    }
}
