using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Finding the library, and saying where to get it.</summary>
public sealed class OnnxLibraryTests
{
    [Fact]
    public async Task A_library_that_is_not_there_is_named_with_where_to_get_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libonnxruntime.so");
        var failure = await StartAsync(path);
        Assert.Equal($"there is no ONNX Runtime at {path}", failure.Message);
        Assert.Equal(3, failure.ExitCode);
        Assert.Contains(failure.Hints, hint => hint.Contains("onnxruntime-node", StringComparison.Ordinal));
        Assert.Contains(failure.Hints, hint => hint.Contains("HALLMARK_ONNXRUNTIME=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_no_library_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libonnxruntime.so");
        File.WriteAllText(path, "no library");
        Assert.Equal($"{path} cannot be loaded as a shared library of this machine", (await StartAsync(path)).Message);
    }

    [PeerFact("/usr/lib/x86_64-linux-gnu/libcrypto.so.3")]
    public async Task Another_library_is_not_taken_for_it()
    {
        const string Path = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3";
        Assert.Equal($"{Path} is not ONNX Runtime: it has no OrtGetApiBase", (await StartAsync(Path)).Message);
    }

    [PeerFact(OnnxPeers.Library)]
    public async Task A_library_that_comes_later_is_found_by_the_next_try()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libonnxruntime.so");
        await StartAsync(path);
        File.CreateSymbolicLink(path, OnnxModels.Options.LibraryPath!);
        Assert.StartsWith("1.", OrtLibrary.Load(path, OnnxModels.Options.MaxMemoryInBytes).Version, StringComparison.Ordinal);
        Assert.Same(OrtLibrary.Load(path, OnnxModels.Options.MaxMemoryInBytes), OrtLibrary.Load(path, OnnxModels.Options.MaxMemoryInBytes));
    }

    [Fact]
    public void Threads_and_elements_have_bounds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxOptions { Threads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxOptions { Threads = 257 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxOptions { MaxElements = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxOptions { MaxElements = (1 << 28) + 1 });
        Assert.Equal((1, 1 << 24), (new OnnxOptions().Threads, new OnnxOptions().MaxElements));
    }

    // An empty file is an empty message to protobuf: what is missing is noticed after the file was looked through.
    private static async Task<UnavailableException> StartAsync(string library)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("model.onnx"), []);
        var factory = new OnnxRunnerFactory(new OnnxOptions { LibraryPath = library });
        return await Assert.ThrowsAsync<UnavailableException>(() =>
            factory.StartAsync(new ModelFolder(folder.Path, null), CancellationToken.None)
        );
    }
}
