using System.Diagnostics;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>Whoever can write to a store can put a pipe where a file should be: whoever opens it waits for ever. We name it instead.</summary>
public sealed class PipeTests : IDisposable
{
    // Nothing here may take long; where it does, a pipe is being waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly FixtureIds Ids = new("3.6/file");
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public PipeTests() => _root = _folder.CopyOf(Path.Combine(Ids.Folder, "mlruns"));

    private string Run => Path.Combine(_root, Ids.Experiment, Ids.Run("baseline"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("meta.yaml")]
    [InlineData("params/C")]
    [InlineData("tags/phase")]
    [InlineData("metrics/accuracy")]
    public async Task A_pipe_among_a_runs_files_is_named_and_not_waited_for(string file)
    {
        MakePipe(Path.Combine(Run, file));
        await using var store = Open();
        var refusal = await Assert
            .ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync(Ids.Run("baseline"), default))
            .WaitAsync(Patience);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("no regular file", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_pipe_is_a_pipe()
    {
        MakePipe(Path.Combine(_root, "pipe"));
        File.Delete(Path.Combine(Run, "params/C"));
        File.CreateSymbolicLink(Path.Combine(Run, "params/C"), Path.Combine(_root, "pipe"));
        await using var store = Open();
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync(Ids.Run("baseline"), default)).WaitAsync(Patience);
    }

    [Theory]
    [InlineData("models/iris-classifier/meta.yaml")]
    [InlineData("models/iris-classifier/version-1/meta.yaml")]
    [InlineData("models/iris-classifier/aliases/champion")]
    public async Task A_pipe_in_the_registry_is_named_and_not_waited_for(string file)
    {
        MakePipe(Path.Combine(_root, file));
        await using var store = Open();
        await Assert
            .ThrowsAsync<MlflowFormatException>(async () =>
            {
                await store.FindRegisteredModelAsync("iris-classifier", default);
                await store.ListModelVersionsAsync("iris-classifier", default);
            })
            .WaitAsync(Patience);
    }

    [Theory]
    [InlineData("ario/anchor_proof.json")]
    [InlineData("ario/anchor_payload.json")]
    [InlineData("ario/payload.json")]
    [InlineData("ario/proof.json")]
    public async Task A_pipe_in_the_place_of_a_proof_does_not_keep_a_verdict_waiting(string file)
    {
        var run = await Open().FindRunAsync(Ids.Run("baseline"), default);
        MakePipe(Path.Combine(new ArtifactLocator([Relocation.Parse("/srv/mlflow/mlruns=" + _root)]).Locate(run!.ArtifactUri).Path, file));
        await using var store = Open();
        try
        {
            var verdict = await new RunVerifier(new VerificationScope { Store = store })
                .VerifyAsync(run.RunId, default)
                .WaitAsync(Patience);
            Assert.NotEqual(0, verdict.ExitCode);
        }
        catch (BadInputException refusal)
        {
            Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_models_description_is_named_and_not_waited_for()
    {
        var folder = Path.GetDirectoryName(_folder.File("model/MLmodel"))!; // A file's path.
        MakePipe(Path.Combine(folder, "MLmodel"));
        var refusal = await Assert.ThrowsAsync<MlflowFormatException>(() => MlModelFile.FindAsync(folder, default)).WaitAsync(Patience);
        Assert.Equal($"{folder}/MLmodel is no regular file", refusal.Message);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_never_opened_as_an_artifact()
    {
        MakePipe(_folder.File("artifacts/pipe"));
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder.File("artifacts/socket")));
        await File.WriteAllTextAsync(_folder.File("artifacts/folder/file"), "content");
        var artifacts = new LocalArtifactRepository(ArtifactUri.Parse(_folder.File("artifacts")));
        foreach (var name in new[] { "pipe", "socket" })
        {
            var refusal = await Assert.ThrowsAsync<MlflowFormatException>(() => artifacts.OpenReadAsync(name, default)).WaitAsync(Patience);
            Assert.Contains($"'{name}'", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Null(await artifacts.OpenReadAsync("folder", default));
        Assert.Null(await artifacts.OpenReadAsync("folder/file/below", default));
        Assert.Null(await artifacts.OpenReadAsync("nothing", default));
        await using var content = await artifacts.OpenReadAsync("folder/file", default);
        using var reader = new StreamReader(content!); // It is there.
        Assert.Equal("content", await reader.ReadToEndAsync());
    }

    private static void MakePipe(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // A file's path.
        File.Delete(path);
        using var process = Process.Start(new ProcessStartInfo("mkfifo", [path]) { UseShellExecute = false })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private IMlflowStore Open() =>
        MlflowStores.Open(new MlflowStoreOptions { TrackingUri = _root, Relocations = [Relocation.Parse("/srv/mlflow/mlruns=" + _root)] });
}
