using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>Which tags and files an event leaves in MLflow, in their order (mlflow-events.md §3.7, §5, §6, §7.3 and §10).</summary>
public static class WriteBackPlans
{
    private const string Signed = "signed";
    private const string Anchored = "anchored";

    /// <summary>After a training event.</summary>
    /// <param name="training">The events and what was found.</param>
    /// <param name="upload">What the upload of the training envelope gave, or null where there was none.</param>
    /// <param name="datasetUploads">What the upload of each dataset envelope gave, in the order of <see cref="PreparedTraining.Datasets"/>; empty where there was none.</param>
    /// <param name="wallet">The wallet, where known.</param>
    /// <param name="page">The event's page, or null.</param>
    public static IReadOnlyList<WriteBackStep> ForTraining(
        PreparedTraining training,
        UploadResult? upload,
        IReadOnlyList<UploadResult?> datasetUploads,
        WalletDescription? wallet,
        ReadOnlyMemory<byte>? page
    )
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(datasetUploads);
        var run = training.RunId;
        var steps = new List<WriteBackStep>();
        foreach (var (dataset, transaction) in training.Datasets.Zip(datasetUploads).Where(pair => pair.Second is not null))
        {
            // A dataset's name may hold what MLflow refuses in a tag's name.
            steps.Add(
                WriteBackStep.RunTag(run, ArioTags.DatasetTxPrefix + dataset.Payload["name"], transaction!.TransactionId, isOptional: true)
            ); // the filter left out nulls
        }

        steps.Add(WriteBackStep.RunTag(run, ArioTags.PublicKey, training.Event.PublicKeyHex));
        steps.Add(WriteBackStep.RunTag(run, ArioTags.VerifyStatus, upload is null ? Signed : Anchored));
        steps.Add(WriteBackStep.RunTag(run, ArioTags.PayloadHash, training.Event.PayloadHash));
        AddIf(steps, training.Artifacts.Hash, value => WriteBackStep.RunTag(run, ArioTags.ArtifactHash, value));
        AddIf(steps, upload?.TransactionId, value => WriteBackStep.RunTag(run, ArioTags.TrainingTx, value));
        AddIf(steps, upload?.Url, value => WriteBackStep.RunTag(run, ArioTags.ArweaveUrl, value));
        AddIf(steps, wallet?.Mode, value => WriteBackStep.RunTag(run, ArioTags.WalletMode, value));
        AddIf(steps, wallet?.Type, value => WriteBackStep.RunTag(run, ArioTags.WalletType, value));
        if (training.RegisteredModel is { } model && upload is not null)
        {
            steps.Add(WriteBackStep.ModelTag(model, ArioTags.LastTrainingHash, training.Event.PayloadHash));
        }

        AddFiles(
            steps,
            run,
            training.Event,
            upload,
            page,
            ArioPaths.TrainingPayload,
            ArioPaths.TrainingProof,
            ArioPaths.TrainingReceipt,
            ArioPaths.TrainingPage
        );
        return steps;
    }

    /// <summary>After a registration event.</summary>
    /// <param name="registration">The event.</param>
    /// <param name="facts">What was recorded.</param>
    /// <param name="upload">What the upload gave, or null where there was none.</param>
    /// <param name="wallet">The wallet, where known.</param>
    /// <param name="page">The event's page, or null.</param>
    /// <param name="keepEach">True to keep the record under the event's own id too, so that the next version of the same run does not overwrite it.</param>
    public static IReadOnlyList<WriteBackStep> ForRegistration(
        PreparedEvent registration,
        RegistrationFacts facts,
        UploadResult? upload,
        WalletDescription? wallet,
        ReadOnlyMemory<byte>? page,
        bool keepEach
    )
    {
        ArgumentNullException.ThrowIfNull(registration);
        ArgumentNullException.ThrowIfNull(facts);
        var steps = new List<WriteBackStep>();
        WriteBackStep Tag(string key, string value) => WriteBackStep.VersionTag(facts.ModelName, facts.ModelVersion, key, value);
        steps.Add(Tag(ArioTags.VerifyStatus, upload is null ? Signed : Anchored));
        steps.Add(Tag(ArioTags.PublicKey, registration.PublicKeyHex));
        steps.Add(Tag(ArioTags.PayloadHash, registration.PayloadHash));
        AddIf(
            steps,
            facts.ArtifactVerified switch
            {
                true => "true",
                false => "false",
                _ => null,
            },
            value => Tag(ArioTags.ArtifactVerified, value)
        );
        AddIf(steps, upload?.TransactionId, value => Tag(ArioTags.RegistrationTx, value));
        AddIf(steps, upload?.Url, value => Tag(ArioTags.ArweaveUrl, value));
        AddIf(steps, wallet?.Mode, value => Tag(ArioTags.WalletMode, value));
        if (facts.SourceRunId is { } run)
        {
            AddFiles(
                steps,
                run,
                registration,
                upload,
                page,
                ArioPaths.RegistrationPayload,
                ArioPaths.RegistrationProof,
                ArioPaths.RegistrationReceipt,
                ArioPaths.RegistrationPage
            );
            if (keepEach)
            {
                steps.Add(WriteBackStep.Artifact(run, ArioPaths.OfRegistration(registration.EventId, "payload.json"), registration.Record));
                steps.Add(
                    WriteBackStep.Artifact(run, ArioPaths.OfRegistration(registration.EventId, "proof.json"), Pretty(registration.Envelope))
                );
            }
        }

        return steps;
    }

    /// <summary>After a stage transition or an alias change.</summary>
    public static IReadOnlyList<WriteBackStep> ForPromotion(
        PreparedEvent promotion,
        ModelVersion version,
        string? runId,
        UploadResult? upload
    )
    {
        ArgumentNullException.ThrowIfNull(promotion);
        ArgumentNullException.ThrowIfNull(version);
        var steps = new List<WriteBackStep>();
        if (runId is not null)
        {
            steps.Add(WriteBackStep.Artifact(runId, ArioPaths.OfPromotion(promotion.EventId, "payload.json"), promotion.Record));
            steps.Add(WriteBackStep.Artifact(runId, ArioPaths.OfPromotion(promotion.EventId, "proof.json"), Pretty(promotion.Envelope)));
        }

        // The tags of the original name its own promotions only: a stage transition must not be hidden by a later alias change.
        if (promotion.EventType == EventTypes.StageTransition)
        {
            steps.Add(WriteBackStep.VersionTag(version.Name, version.Version, ArioTags.PromotionPayloadHash, promotion.PayloadHash));
            AddIf(
                steps,
                upload?.TransactionId,
                value => WriteBackStep.VersionTag(version.Name, version.Version, ArioTags.PromotionTx, value)
            );
        }

        return steps;
    }

    /// <summary>After a prediction, before its upload has ended.</summary>
    public static IReadOnlyList<WriteBackStep> ForPrediction(PreparedEvent prediction, PredictionFacts facts, string? traceId, bool uploads)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(facts);
        return
        [
            .. OfPredictionFiles(facts, prediction.Record, record: null, prediction.Envelope),
            .. OfPredictionTrace(facts, traceId, prediction.Record, prediction.PayloadHash, uploads),
        ];
    }

    /// <summary>After a prediction that was logged in a batch: its payload with the record that commits to it, and the tags of its trace.</summary>
    /// <param name="facts">What was recorded.</param>
    /// <param name="traceId">The trace, or null.</param>
    /// <param name="payload">The prediction's payload, canonical bytes.</param>
    /// <param name="record">The record that the envelope commits to, canonical bytes.</param>
    /// <param name="envelope">The envelope.</param>
    public static IReadOnlyList<WriteBackStep> ForBatchedPrediction(
        PredictionFacts facts,
        string? traceId,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> record,
        JsonObject envelope
    )
    {
        ArgumentNullException.ThrowIfNull(facts);
        return
        [
            .. OfPredictionFiles(facts, payload, record, envelope),
            .. OfPredictionTrace(facts, traceId, payload, RecordHash.Of(payload.Span), uploads: false),
        ];
    }

    /// <summary>After the upload of a prediction ended; <paramref name="upload"/> is null where it failed.</summary>
    public static IReadOnlyList<WriteBackStep> ForPredictionUpload(string traceId, UploadResult? upload) =>
        upload is null
            ? [WriteBackStep.TraceTag(traceId, ArioTags.ProofStatus, "failed")]
            :
            [
                WriteBackStep.TraceTag(traceId, ArioTags.PredictionTx, upload.TransactionId),
                WriteBackStep.TraceTag(traceId, ArioTags.ArweaveUrl, upload.Url),
                WriteBackStep.TraceTag(traceId, ArioTags.ProofStatus, Anchored),
            ];

    private static List<WriteBackStep> OfPredictionFiles(
        PredictionFacts facts,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte>? record,
        JsonObject envelope
    )
    {
        var steps = new List<WriteBackStep>();
        if (facts.RunId != "unknown")
        {
            WriteBackStep File(string name, ReadOnlyMemory<byte> content) =>
                WriteBackStep.Artifact(facts.RunId, ArioPaths.OfPrediction(facts.DecisionId, name), content);
            steps.Add(File("payload.json", payload));
            if (record is { } committed)
            {
                steps.Add(File("record.json", committed));
            }

            steps.Add(File("proof.json", Pretty(envelope)));
        }

        return steps;
    }

    private static List<WriteBackStep> OfPredictionTrace(
        PredictionFacts facts,
        string? traceId,
        ReadOnlyMemory<byte> payload,
        string payloadHash,
        bool uploads
    )
    {
        var steps = new List<WriteBackStep>();
        if (traceId is not null)
        {
            WriteBackStep Tag(string key, string value) => WriteBackStep.TraceTag(traceId, key, value);

            // MLflow may cut it (2.14 at 250 characters): the file has it whole, and its hash is a tag of its own.
            steps.Add(Tag(ArioTags.PayloadJson, Encoding.UTF8.GetString(payload.Span)) with { IsOptional = true });
            steps.Add(Tag(ArioTags.DecisionId, facts.DecisionId));
            steps.Add(Tag(ArioTags.ModelName, facts.ModelName));
            steps.Add(Tag(ArioTags.ModelVersion, facts.ModelVersion));
            steps.Add(Tag(ArioTags.InputHash, facts.InputHash));
            steps.Add(Tag(ArioTags.OutputHash, facts.OutputHash));
            steps.Add(Tag(ArioTags.PayloadHash, payloadHash));
            steps.Add(Tag(ArioTags.ProofStatus, uploads ? "anchoring" : "disabled"));
            AddIf(steps, facts.ArtifactVerified is true ? "true" : null, value => Tag(ArioTags.ArtifactVerified, value));
        }

        return steps;
    }

    private static void AddFiles(
        List<WriteBackStep> steps,
        string runId,
        PreparedEvent prepared,
        UploadResult? upload,
        ReadOnlyMemory<byte>? page,
        string payloadPath,
        string proofPath,
        string receiptPath,
        string pagePath
    )
    {
        steps.Add(WriteBackStep.Artifact(runId, payloadPath, prepared.Record));
        steps.Add(WriteBackStep.Artifact(runId, proofPath, Pretty(prepared.Envelope)));
        if (upload?.Receipt is { } receipt)
        {
            steps.Add(WriteBackStep.Artifact(runId, receiptPath, Pretty(receipt)));
        }

        if (page is { } html)
        {
            steps.Add(WriteBackStep.Artifact(runId, pagePath, html));
        }
    }

    private static void AddIf(List<WriteBackStep> steps, string? value, Func<string, WriteBackStep> step)
    {
        if (value is not null)
        {
            steps.Add(step(value));
        }
    }

    private static byte[] Pretty(JsonObject value) => Encoding.ASCII.GetBytes(IndentedJson.Write(value));
}
