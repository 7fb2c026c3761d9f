using Hallmark.Core.Events;
using Hallmark.Inference;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Home.Tests;

/// <summary>A home loads models against its own ledger, from copies that lie in the home.</summary>
public sealed class ModelLoadingTests : IDisposable
{
    private readonly HomeScene _scene = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_folder_that_this_home_recorded_loads_until_a_file_in_it_changes()
    {
        await using var session = _scene.Open();
        var folder = await MakeModelAsync();
        var facts = await ContentReading.ReadAsync(folder, null, false, null, default);
        await new ContentRecorder(
            session.OpenSigner(),
            await session.PrepareLedgerAsync(default),
            new RandomEventIds(),
            _scene.Clock
        ).RecordAsync(facts, new RecordOptions(), default);

        await using (var model = await VerifiedModel.LoadAsync(folder, Options(session), default))
        {
            Assert.True(model.Identity.ArtifactVerified);
            Assert.StartsWith(session.Home.ModelsFolder + "/", model.Files.Path, StringComparison.Ordinal);
        }

        await File.AppendAllTextAsync(Path.Combine(folder, "MLmodel"), "# changed\n");
        var refusal = await Assert.ThrowsAsync<IntegrityException>(() => VerifiedModel.LoadAsync(folder, Options(session), default));
        Assert.Contains(refusal.Differences, difference => difference.What.Contains("MLmodel", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(session.Home.ModelsFolder));
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_home_that_recorded_nothing_loads_nothing_unless_that_is_allowed_and_then_says_so()
    {
        await using var session = _scene.Open();
        var folder = await MakeModelAsync();
        var refusal = await Assert.ThrowsAsync<ModelNotVerifiedException>(() => VerifiedModel.LoadAsync(folder, Options(session), default));
        Assert.Equal(1, refusal.ExitCode);
        await using var model = await VerifiedModel.LoadAsync(folder, Options(session) with { AllowsUnanchored = true }, default);
        Assert.Null(model.Identity.ArtifactVerified);
        Assert.Contains("WITHOUT PROOF", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private ModelLoadOptions Options(Session session) =>
        session.DescribeModelLoading([new Still()], (_, _) => SignerOpinion.Unknown, _warnings.Add);

    private async Task<string> MakeModelAsync()
    {
        var file = _scene.Folder.File("scorer/MLmodel");
        await File.WriteAllTextAsync(file, "flavors:\n  still: {}\n");
        return Path.GetDirectoryName(file)!;
    }

    /// <summary>Starts, and answers nothing.</summary>
    private sealed class Still : IModelRunnerFactory, IModelRunner
    {
        public string Kind => "still";

        public IReadOnlyList<ModelField> Inputs => [];

        public IReadOnlyList<ModelField> Outputs => [];

        public bool CanRun(ModelFolder model) => true;

        public Task<IModelRunner> StartAsync(ModelFolder model, CancellationToken cancellationToken) => Task.FromResult<IModelRunner>(this);

        public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken) =>
            Task.FromResult(new ModelOutput(null, []));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
