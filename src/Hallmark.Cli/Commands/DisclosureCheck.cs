using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Recognition;
using Hallmark.Evidence.Predictions;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary>Whether a disclosed field is the one that a prediction was committed to.</summary>
internal static class DisclosureCheck
{
    private const string Name = "disclosure";

    /// <summary>The verdict on a receipt, with what a disclosure showed.</summary>
    /// <exception cref="BadInputException">The file is no disclosure, and never was one.</exception>
    public static async Task<Verdict> AddAsync(VerifiedPrediction verified, FileInfo file, CancellationToken token)
    {
        var bytes = await BundleFile.ReadAsync(file, FieldDisclosure.MaxSizeInBytes, token).ConfigureAwait(false);
        return verified.Verdict with { Checks = [.. verified.Verdict.Checks, Judge(verified.Receipt, bytes)] };
    }

    private static Check Judge(PredictionReceipt? receipt, byte[] bytes)
    {
        try
        {
            return Judge(receipt, FieldDisclosure.Read(bytes));
        }
        catch (BadInputException refusal)
        {
            var damaged = FormCheck.Judge(bytes, EvidenceFile.FieldDisclosure, refusal);
            return damaged with { Name = Name };
        }
    }

    private static Check Judge(PredictionReceipt? receipt, FieldDisclosure disclosure)
    {
        // The record itself has a check of its own: a false one fails the verdict there.
        if (receipt?.Record is not { } record || PredictionPayload.Find(record.Span) is not { } payload)
        {
            return Check.NotRun(Name, "no_record", "the receipt does not hold its record: hallmark receipts get --with-record");
        }

        var fault = disclosure.FindFault(payload);
        return fault is null
            ? Check.Passed(Name, $"the {disclosure.Side}'s field \"{disclosure.Field}\" had this value")
            : Check.Failed(Name, "another_field", fault);
    }
}
