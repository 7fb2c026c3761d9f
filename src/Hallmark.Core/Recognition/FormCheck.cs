using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Core.Recognition;

/// <summary>The check <c>form</c>: a file that is known by its marks, and does not read as what it is. Such a file is a failed verification (exit code 1); a file without the marks is bad input (2).</summary>
public static class FormCheck
{
    /// <summary>The check's name.</summary>
    public const string Name = "form";

    /// <summary>Failed where a file that is no acceptable JSON carries the marks of a kind; else refuses it.</summary>
    /// <param name="what">What the file is called in answers, such as <c>the receipt</c>.</param>
    /// <param name="file">The file's bytes.</param>
    /// <param name="kind">The kind that it should be.</param>
    /// <param name="refusal">Why it is not acceptable JSON.</param>
    /// <exception cref="BadInputException">It does not carry the marks of that kind.</exception>
    public static Check Judge(string what, ReadOnlySpan<byte> file, EvidenceFile kind, JsonRejectedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        if (EvidenceMarks.Recognise(file) != kind)
        {
            throw new BadInputException($"{what} is not JSON: {refusal.Message}", refusal);
        }

        var place = JsonPlace.Find(file, refusal.Offset);
        return Check.Failed(Name, "damaged", place.Length == 0 ? refusal.Message : $"in {place}: {refusal.Message}");
    }

    /// <summary>Failed where a file that reads as JSON and not as its format carries the marks of a kind; else refuses it.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="kind">The kind that it should be.</param>
    /// <param name="refusal">Why it does not read as that kind; names the place.</param>
    /// <exception cref="BadInputException">It does not carry the marks of that kind.</exception>
    public static Check Judge(ReadOnlySpan<byte> file, EvidenceFile kind, BadInputException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return EvidenceMarks.Recognise(file) == kind ? Check.Failed(Name, "malformed", refusal.Message) : throw refusal;
    }
}
