using System.Text;
using System.Text.RegularExpressions;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Stores;

/// <summary>What MLflow accepts as ids, keys, aliases and values. Each method gives its argument back or throws <see cref="BadInputException"/>.</summary>
internal static partial class MlflowNames
{
    /// <summary>Longest key of a param, metric or tag, in characters.</summary>
    public const int MaxKeyLength = 250;

    /// <summary>Longest value of a run's or trace's tag that MLflow 2.17 and later keeps whole.</summary>
    public const int MaxRunTagLength = 8000;

    /// <summary>Longest value of a registered model's or version's tag that MLflow 3.1.1 and later takes.</summary>
    public const int MaxModelTagLength = 100_000;

    /// <summary>A run id: letters, digits, <c>_</c> and <c>-</c>, at most 256.</summary>
    public static string RunId(string id) => RunIdForm().IsMatch(id) ? id : throw Malformed("run id", id);

    /// <summary>A trace id.</summary>
    public static string TraceId(string id) => RunIdForm().IsMatch(id) ? id : throw Malformed("trace id", id);

    /// <summary>A logged model's id.</summary>
    public static string LoggedModelId(string id) => IsLoggedModelId(id) ? id : throw Malformed("logged model id", id);

    /// <summary>True for what can be a logged model's id.</summary>
    public static bool IsLoggedModelId(string id) => RunIdForm().IsMatch(id);

    /// <summary>An experiment id: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    public static string ExperimentId(string id) => ExperimentIdForm().IsMatch(id) ? id : throw Malformed("experiment id", id);

    /// <summary>A version's number: digits, from 1.</summary>
    public static int Version(string version) =>
        FindVersion(version)
        ?? throw new BadInputException($"'{Printable.Text(version)}' is no model version", "versions are whole numbers from 1");

    /// <summary>The same number; null where the text is none.</summary>
    public static int? FindVersion(string version) =>
        int.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number > 0
            ? number
            : null;

    /// <summary>The number of a model's next version.</summary>
    /// <param name="name">The model.</param>
    /// <param name="last">The highest number that was ever given, deleted versions too; 0 where there is none.</param>
    /// <exception cref="BadInputException">There is no number after the last one.</exception>
    public static int VersionAfter(string name, long last) =>
        last is >= 0 and < int.MaxValue
            ? (int)last + 1
            : throw new BadInputException(
                $"The registered model '{Printable.Text(name)}' has a version {last.ToString(System.Globalization.CultureInfo.InvariantCulture)}, and MLflow has no number for the next one",
                "somebody gave that number by hand: register under another name"
            );

    /// <summary>Where a model version's files are: a text on one line.</summary>
    public static string Source(string source) =>
        source.Length > 0 && !source.Any(char.IsControl) && IsUnicode(source)
            ? source
            : throw new BadInputException("The source of a model version is empty or has control characters in it");

    /// <summary>An alias: word characters and <c>-</c>, at most 255, not <c>latest</c>, not <c>v</c> and digits.</summary>
    public static string Alias(string alias) =>
        LengthOf(alias) is > 0 and <= 255
        && OnlyWordsAnd(alias, "-")
        && !alias.Equals("latest", StringComparison.OrdinalIgnoreCase)
        && !VersionLikeForm().IsMatch(alias)
            ? alias
            : throw new BadInputException(
                $"'{Printable.Text(alias)}' cannot be an alias",
                "an alias has letters, digits, _ and -, at most 255; not 'latest' and not 'v' with a number"
            );

    /// <summary>A key of a tag, param or metric: Unicode word characters, <c>_ - . / :</c> and space, a clean relative path, at most 250.</summary>
    public static string Key(string key) =>
        LengthOf(key) <= MaxKeyLength && OnlyWordsAnd(key, "-./: ") && key.Split('/').All(part => part is not ("" or "." or ".."))
            ? key
            : throw new BadInputException(
                $"'{Printable.Text(key)}' cannot be a key",
                $"keys have letters, digits, _ - . / : and space, at most {MaxKeyLength}; parts between / are not empty, '.' or '..'"
            );

    /// <summary>A tag's value: valid Unicode of bounded length. Longer ones MLflow would cut without a word.</summary>
    public static string TagValue(string key, string value, int maxLength)
    {
        if (LengthOf(value) is var length && length > maxLength)
        {
            throw new BadInputException(
                $"The value of the tag '{Printable.Text(key)}' has {length} characters; MLflow keeps {maxLength}",
                "write long texts as an artifact"
            );
        }

        return IsUnicode(value) ? value : throw new BadInputException($"The value of the tag '{Printable.Text(key)}' is not valid Unicode");
    }

    /// <summary>How long MLflow takes a text to be: Python counts code points.</summary>
    public static int LengthOf(string text) =>
        text.Length - text.Where((unit, at) => at > 0 && char.IsSurrogatePair(text[at - 1], unit)).Count();

    /// <summary>True where the text has no lone surrogates.</summary>
    public static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    // Python's \w, which MLflow asks: letters, numbers of all kinds and the underscore; unlike that of .NET, no combining marks.
    private static bool OnlyWordsAnd(string text, string others) =>
        IsUnicode(text)
        && text.EnumerateRunes()
            .All(rune =>
                rune.Value == '_'
                || Rune.IsLetter(rune)
                || Rune.IsNumber(rune)
                || (rune.IsBmp && others.Contains((char)rune.Value, StringComparison.Ordinal))
            );

    private static BadInputException Malformed(string what, string id) =>
        new($"'{Printable.Text(id)}' is no {what}", "ids have letters, digits, _ and -");

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_\-]{0,255}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RunIdForm();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_\-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ExperimentIdForm();

    [GeneratedRegex(@"\A[vV][0-9]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionLikeForm();
}
