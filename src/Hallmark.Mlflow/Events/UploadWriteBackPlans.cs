using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;

namespace Hallmark.Mlflow.Events;

/// <summary>Which tags and files an event's upload adds to those that <see cref="WriteBackPlans"/> left before it, in the order of mlflow-events.md §10.</summary>
public static class UploadWriteBackPlans
{
    private const string Anchored = "anchored";

    /// <summary>What to write; nothing for events that leave no trace of their upload in MLflow.</summary>
    /// <param name="work">The work.</param>
    /// <param name="entry">The event, as the ledger holds it.</param>
    /// <param name="upload">What the upload gave.</param>
    /// <param name="wallet">The wallet, or null.</param>
    /// <param name="page">The event's page with its upload, or null to leave the one that is there.</param>
    public static IReadOnlyList<WriteBackStep> For(
        UploadWriteBack work,
        LoggedEntry entry,
        UploadResult upload,
        WalletDescription? wallet,
        ReadOnlyMemory<byte>? page = null
    )
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(upload);
        var record = entry.Record is { } bytes ? StoredJson.TryParseObject(bytes.Span) : null;
        return entry.EventType switch
        {
            EventTypes.Training when StoredJson.Text(record, "run_id") is { } run => OfTraining(work, entry, run, upload, wallet, page),
            EventTypes.Dataset when work.RunId is { } run && StoredJson.Text(record, "name") is { } dataset =>
            [
                WriteBackStep.RunTag(run, ArioTags.DatasetTxPrefix + dataset, upload.TransactionId, isOptional: true),
            ],
            EventTypes.Registration => OfRegistration(record, upload, wallet, page),
            EventTypes.StageTransition when VersionOf(record) is var (name, version) =>
            [
                WriteBackStep.VersionTag(name, version, ArioTags.PromotionTx, upload.TransactionId),
            ],
            EventTypes.Prediction when StoredJson.Text(record, "mlflow_trace_id") is { } trace => WriteBackPlans.ForPredictionUpload(
                trace,
                upload
            ),
            _ => [],
        };
    }

    /// <summary>What to write where the upload was refused for good: a prediction's trace must not say for ever that it is under way.</summary>
    public static IReadOnlyList<WriteBackStep> ForRefused(LoggedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return
            entry is { EventType: EventTypes.Prediction, Record: { } bytes }
            && StoredJson.Text(StoredJson.TryParseObject(bytes.Span), "mlflow_trace_id") is { } trace
            ? WriteBackPlans.ForPredictionUpload(trace, upload: null)
            : [];
    }

    private static List<WriteBackStep> OfTraining(
        UploadWriteBack work,
        LoggedEntry entry,
        string run,
        UploadResult upload,
        WalletDescription? wallet,
        ReadOnlyMemory<byte>? page
    )
    {
        var steps = new List<WriteBackStep>
        {
            WriteBackStep.RunTag(run, ArioTags.VerifyStatus, Anchored),
            WriteBackStep.RunTag(run, ArioTags.TrainingTx, upload.TransactionId),
            WriteBackStep.RunTag(run, ArioTags.ArweaveUrl, upload.Url),
        };
        if (wallet is not null)
        {
            steps.Add(WriteBackStep.RunTag(run, ArioTags.WalletMode, wallet.Mode));
            if (wallet.Type is not null)
            {
                steps.Add(WriteBackStep.RunTag(run, ArioTags.WalletType, wallet.Type));
            }
        }

        if (work.RegisteredModel is { } model)
        {
            steps.Add(WriteBackStep.ModelTag(model, ArioTags.LastTrainingHash, entry.PayloadHash));
        }

        AddFiles(steps, run, upload, page, ArioPaths.TrainingReceipt, ArioPaths.TrainingPage);
        return steps;
    }

    private static List<WriteBackStep> OfRegistration(
        JsonObject? record,
        UploadResult upload,
        WalletDescription? wallet,
        ReadOnlyMemory<byte>? page
    )
    {
        if (VersionOf(record) is not var (name, version))
        {
            return [];
        }

        var steps = new List<WriteBackStep>
        {
            WriteBackStep.VersionTag(name, version, ArioTags.VerifyStatus, Anchored),
            WriteBackStep.VersionTag(name, version, ArioTags.RegistrationTx, upload.TransactionId),
            WriteBackStep.VersionTag(name, version, ArioTags.ArweaveUrl, upload.Url),
        };
        if (wallet is not null)
        {
            steps.Add(WriteBackStep.VersionTag(name, version, ArioTags.WalletMode, wallet.Mode));
        }

        if (StoredJson.Text(record, "source_run_id") is { } run)
        {
            AddFiles(steps, run, upload, page, ArioPaths.RegistrationReceipt, ArioPaths.RegistrationPage);
        }

        return steps;
    }

    private static (string Name, string Version)? VersionOf(JsonObject? record) =>
        StoredJson.Text(record, "model_name") is { } name && StoredJson.Text(record, "model_version") is { } version
            ? (name, version)
            : null;

    private static void AddFiles(
        List<WriteBackStep> steps,
        string run,
        UploadResult upload,
        ReadOnlyMemory<byte>? page,
        string receiptPath,
        string pagePath
    )
    {
        if (upload.Receipt is { } receipt)
        {
            steps.Add(WriteBackStep.Artifact(run, receiptPath, Encoding.ASCII.GetBytes(IndentedJson.Write(receipt))));
        }

        if (page is { } html)
        {
            steps.Add(WriteBackStep.Artifact(run, pagePath, html));
        }
    }
}
