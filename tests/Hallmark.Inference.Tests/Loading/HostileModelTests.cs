using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Hallmark.Artifacts;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>Model folders that are made to hurt whoever loads them, where models without proof are allowed: nothing is started, nothing waits, nothing is left behind.</summary>
public sealed class HostileModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly MarkerRunner _runner;

    public HostileModelTests()
    {
        _model = Path.GetDirectoryName(_folder.File("scorer/MLmodel"))!;
        File.WriteAllText(Path.Combine(_model, "MLmodel"), "flavors:\n  marker: {}\n");
        _runner = new MarkerRunner(_folder.File("marker"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_folder_loads_before_anything_is_done_to_it()
    {
        await using var model = await VerifiedModel.LoadAsync(_model, Options(), default);
        Assert.True(_runner.HasStarted);
        await using var byUri = await VerifiedModel.LoadAsync("file://" + _model, Options(), default);
        Assert.Equal(model.Identity.ArtifactHash, byUri.Identity.ArtifactHash);
    }

    [Fact]
    public async Task Links_are_refused_wherever_they_lead()
    {
        var outside = _folder.File("outside/secret");
        await File.WriteAllTextAsync(outside, "secret");
        foreach (
            var target in new[]
            {
                outside,
                "../outside/secret",
                "MLmodel",
                "/etc/passwd",
                "nowhere",
                ".",
                "..",
                "/",
                Path.GetDirectoryName(outside)!,
                "link",
            }
        )
        {
            var link = Path.Combine(_model, "link");
            File.CreateSymbolicLink(link, target);
            var refusal = await RefusedAsync<ArtifactRefusedException>();
            Assert.Equal(ArtifactFault.LinkRefused, refusal.Fault);
            File.Delete(link);
        }
    }

    [Fact]
    public async Task A_pipe_is_refused_and_never_waited_for()
    {
        using var made = Process.Start("mkfifo", [Path.Combine(_model, "pipe")])!;
        await made.WaitForExitAsync();
        Assert.Equal(ArtifactFault.NotARegularFile, (await RefusedAsync<ArtifactRefusedException>()).Fault);
        File.Delete(Path.Combine(_model, "pipe"));

        // In the place of the file that is read first, too.
        File.Delete(Path.Combine(_model, "MLmodel"));
        using var again = Process.Start("mkfifo", [Path.Combine(_model, "MLmodel")])!;
        await again.WaitForExitAsync();
        await RefusedAsync<ArtifactRefusedException>();
    }

    [Fact]
    public async Task A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_model, "socket")));
        Assert.Equal(ArtifactFault.NotARegularFile, (await RefusedAsync<ArtifactRefusedException>()).Fault);
    }

    [Fact]
    public async Task More_files_bytes_or_depth_than_allowed_are_refused()
    {
        var limits = new CopyLimits
        {
            MaxFiles = 10,
            MaxDepth = 3,
            MaxSizeInBytes = 1000,
        };
        for (var i = 0; i < 9; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(_model, "f" + i), "x");
        }

        await using (await VerifiedModel.LoadAsync(_model, Options() with { Limits = limits }, default))
        {
            File.Delete(_runner.Marker);
        }

        await File.WriteAllTextAsync(Path.Combine(_model, "one-more"), "x");
        Assert.Equal(ArtifactFault.TooLarge, (await RefusedAsync<ArtifactRefusedException>(limits)).Fault);
        File.Delete(Path.Combine(_model, "one-more"));

        await File.WriteAllTextAsync(Path.Combine(_model, "f0"), new string('x', 1000));
        Assert.Equal(ArtifactFault.TooLarge, (await RefusedAsync<ArtifactRefusedException>(limits)).Fault);
        await File.WriteAllTextAsync(Path.Combine(_model, "f0"), "x");

        Directory.CreateDirectory(Path.Combine(_model, "a/b/c/d"));
        Assert.Equal(ArtifactFault.TooLarge, (await RefusedAsync<ArtifactRefusedException>(limits)).Fault);
    }

    [Fact]
    public async Task A_sparse_file_of_terabytes_costs_nothing()
    {
        await using (var sparse = File.Create(Path.Combine(_model, "weights")))
        {
            sparse.SetLength((1L << 40) + 1);
        }

        Assert.Equal(ArtifactFault.TooLarge, (await RefusedAsync<ArtifactRefusedException>()).Fault);
    }

    [Fact]
    public async Task A_description_that_would_unfold_without_end_is_refused_before_any_runner_is_asked()
    {
        var bomb = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 30; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        _runner.Runs = _ => throw new InvalidOperationException("asked");
        foreach (var text in new[] { bomb.ToString(), "a: !!python/object/apply:os.system ['true']", "- no mapping", "\0" })
        {
            await File.WriteAllTextAsync(Path.Combine(_model, "MLmodel"), text);
            await RefusedAsync<MlflowFormatException>();
        }
    }

    [Fact]
    public async Task A_name_that_no_record_can_hold_is_refused()
    {
        // A name in Latin-1, which only the system's own tools can make.
        using var made = Process.Start("sh", ["-c", "touch \"$0/$(printf 'mod\\350le')\"", _model])!;
        await made.WaitForExitAsync();
        Assert.Equal(ArtifactFault.BadName, (await RefusedAsync<ArtifactRefusedException>()).Fault);
        using var removed = Process.Start("rm", ["-r", _model])!; // the runtime cannot name it to delete it
        await removed.WaitForExitAsync();
    }

    [Fact]
    public async Task An_empty_folder_is_no_model()
    {
        File.Delete(Path.Combine(_model, "MLmodel"));
        await RefusedAsync<BadInputException>();
        await File.WriteAllTextAsync(Path.Combine(_model, "registered_model_meta"), "x");
        await RefusedAsync<BadInputException>();
    }

    private ModelLoadOptions Options() =>
        new()
        {
            OpenStore = () => throw new InvalidOperationException("a folder needs no store"),
            Runners = [_runner],
            PrivateRoot = Path.Combine(_folder.Path, "private"),
            AllowsUnanchored = true,
            Warn = _ => { },
        };

    private async Task<TFailure> RefusedAsync<TFailure>(CopyLimits? limits = null)
        where TFailure : HallmarkException
    {
        var options = Options() with { Limits = limits ?? CopyLimits.Default };
        var refusal = await Assert.ThrowsAnyAsync<TFailure>(() => VerifiedModel.LoadAsync(_model, options, default));
        Assert.False(_runner.HasStarted);
        Assert.Empty(Directory.EnumerateFileSystemEntries(options.PrivateRoot));
        return refusal;
    }
}
