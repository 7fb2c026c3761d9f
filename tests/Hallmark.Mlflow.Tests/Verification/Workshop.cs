using System.Text;
using Hallmark.Core.Checks;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>A small store with one run, a ledger in memory, a recorder and the verifiers over them.</summary>
internal sealed class Workshop
{
    public const string RunId = "3f0c1d2e4b5a69788796a5b4c3d2e1f0";
    public const string Source = "runs:/" + RunId + "/model";

    public Workshop()
    {
        AddRun(RunId);
    }

    public MemoryMlflowStore Store { get; } = new();

    public MemoryEventLog Log { get; init; } = new();

    public ScriptedClock Clock { get; init; } = new();

    public ISigner Signer { get; set; } = TestSigner.First;

    public MlflowEventRecorder Recorder => new(Store, Signer, Log, Clock, Clock, new RecorderOptions());

    public MemoryArtifacts Artifacts => Store.ArtifactsOf(RunId);

    public VerificationScope Scope => new() { Store = Store, Log = Log };

    public void AddRun(string runId)
    {
        Store.Runs[runId] = new MlflowRun
        {
            RunId = runId,
            ExperimentId = "1",
            Status = "FINISHED",
            ArtifactUri = "memory:/runs/" + runId,
            Params = new Dictionary<string, string> { ["lr"] = "0.01" },
            Metrics = new Dictionary<string, MetricPoint> { ["loss"] = new(0.25, 2000, 2) },
            Tags = new Dictionary<string, string> { ["mlflow.source.name"] = "train.py" },
            DatasetInputs =
            [
                new DatasetInput(
                    "train",
                    "a1b2",
                    "local",
                    "{\"uri\":\"train.csv\"}",
                    null,
                    null,
                    new Dictionary<string, string> { ["mlflow.data.context"] = "training" }
                ),
            ],
        };
        Store.Histories[(runId, "loss")] = [new(0.5, 1000, 1), new(0.25, 2000, 2)];
        Store.ArtifactsOf(runId).Files["model/MLmodel"] = "flavors: {}\n"u8.ToArray();
        Store.ArtifactsOf(runId).Files["model/model.pkl"] = [1, 2, 3, 4];
    }

    public async Task<RecordedTraining> TrainAsync(string runId = RunId)
    {
        var recorded = await Recorder.RecordTrainingAsync(runId, new TrainingOptions(), default);
        await DrainAsync();
        return recorded;
    }

    public async Task<RecordedRegistration> RegisterAsync(
        string name = "scorer",
        string source = Source,
        RegistrationOptions? options = null
    )
    {
        var recorded = await Recorder.RegisterAsync(name, source, null, options ?? new RegistrationOptions(), default);
        await DrainAsync();
        return recorded;
    }

    public Task DrainAsync() => Log.DrainAsync(WriteBack);

    public MlflowWriteBackHandler WriteBack => new((_, _) => Task.FromResult<IMlflowStore>(Store), Log, Clock);

    public Task<Verdict> VerifyRunAsync(VerificationScope? scope = null) => new RunVerifier(scope ?? Scope).VerifyAsync(RunId, default);

    public Task<Verdict> VerifyVersionAsync(string version = "1", VerificationScope? scope = null) =>
        new ModelVersionVerifier(scope ?? Scope).VerifyAsync("scorer", version, default);

    public Task<ModelAudit> AuditAsync() => new ModelAuditor(Scope, Clock).AuditAsync("scorer", "1", default);

    public static Check Failed(Verdict verdict, string name)
    {
        var check = verdict.Checks.Single(candidate => candidate.Name == name);
        Assert.True(check.Outcome is CheckOutcome.Failed && verdict.ExitCode == 1, Show(verdict));
        return check;
    }

    public static void Verified(Verdict verdict) => Assert.True(verdict.Status is VerdictStatus.Verified, Show(verdict));

    public static string Show(Verdict verdict) =>
        verdict
            .Checks.Aggregate(
                new StringBuilder(verdict.Subject),
                (text, check) =>
                    text.Append(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"\n{check.Name} {check.Outcome} {check.Reason}: {check.Detail} {string.Join("; ", check.Differences)}"
                    )
            )
            .ToString();
}
