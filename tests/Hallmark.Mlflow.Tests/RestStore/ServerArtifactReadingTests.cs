using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Artifacts as they come from a server, piece by piece: never more nor fewer bytes than were listed, never a wait without end, and only from the place that was meant.</summary>
public sealed class ServerArtifactReadingTests
{
    private const string Stopped =
        "the MLflow server stopped sending the artifact 'model.pkl', or sends it slower than 1024 bytes a second";
    private const string Proxied = "mlflow-artifacts:/1/00000000000000000000000000000000/artifacts";
    private const string OfRun = "file:///srv/nowhere-of-this-machine/1/0123456789abcdef0123456789abcdef/artifacts";
    private const string OfModel = "file:///srv/nowhere-of-this-machine/1/models/m-0123456789abcdef0123456789abcdef/artifacts";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_gives_the_file_once_from_its_beginning_to_its_end(bool isSynchronous)
    {
        var content = Enumerable.Range(0, 100_000).Select(i => (byte)(i % 251)).ToArray();
        await using var server = await ServeAsync(content.Length, content);
        await using var store = RestStores.Open(server.Address);
        await using var stream = (await store.OpenArtifacts(Proxied).OpenReadAsync("model.pkl", default))!;
        Assert.Equal((true, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        using var read = new MemoryStream();
        var buffer = new byte[777];
        Assert.Equal(0, isSynchronous ? stream.Read(buffer, 0, 0) : await stream.ReadAsync(buffer.AsMemory(0, 0)));
        int count;
        while ((count = isSynchronous ? stream.Read(buffer, 0, buffer.Length) : await stream.ReadAsync(buffer.AsMemory())) > 0)
        {
            read.Write(buffer, 0, count);
            Assert.Equal(read.Length, stream.Position);
        }

        Assert.Equal(content, read.ToArray());
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Write(buffer, 0, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_breaks_within_a_file_is_a_server_out_of_reach(bool isSynchronous)
    {
        var isBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (await ListedAsync(context, 10))
            {
                return;
            }

            context.Response.ContentLength = 10;
            await context.Response.Body.WriteAsync(new byte[4]);
            await context.Response.Body.FlushAsync();
            await isBegun.Task;
            context.Abort();
        });
        await using var store = RestStores.Open(server.Address);
        await using var stream = (await store.OpenArtifacts(Proxied).OpenReadAsync("model.pkl", default))!;
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer);
        isBegun.SetResult();
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(async () =>
            _ = isSynchronous ? stream.Read(buffer, 0, 4) : await stream.ReadAsync(buffer.AsMemory())
        );
        Assert.StartsWith($"the MLflow server {server.Address}/ does not answer: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_within_a_file_is_left_when_the_time_limit_runs_out()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (await ListedAsync(context, 10))
            {
                return;
            }

            await context.Response.Body.WriteAsync(new byte[4]);
            await context.Response.Body.FlushAsync();
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var clock = new TestClock(runs: false);
        await using var store = new RestMlflowStore(
            new MlflowStoreOptions { TrackingUri = server.Address, Time = clock },
            new HttpClient(MlflowServerHandler.Create(allowInsecureTls: false)),
            RestStores.Quick
        );
        await using var stream = (await store.OpenArtifacts(Proxied).OpenReadAsync("model.pkl", default))!;
        await begun.Task;
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer);
        var read = stream.ReadAsync(buffer.AsMemory()).AsTask();
        Assert.False(read.IsCompleted);
        clock.Advance(RestStores.Quick.Timeout);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => read);
        Assert.Equal(Stopped, failure.Message);
    }

    /// <summary>Else a server could hold up whoever reads, and all that waits behind him, for years.</summary>
    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_left_when_the_time_for_the_whole_file_runs_out()
    {
        using var more = new SemaphoreSlim(0);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (await ListedAsync(context, 10))
            {
                return;
            }

            for (var i = 0; i < 10; i++)
            {
                await more.WaitAsync(context.RequestAborted);
                await context.Response.Body.WriteAsync(new byte[1]);
                await context.Response.Body.FlushAsync();
            }
        });
        var clock = new TestClock(runs: false);
        await using var store = new RestMlflowStore(
            new MlflowStoreOptions { TrackingUri = server.Address, Time = clock },
            new HttpClient(MlflowServerHandler.Create(allowInsecureTls: false)),
            RestStores.Quick
        );

        // The first byte comes with the headers.
        more.Release();
        await using var stream = (await store.OpenArtifacts(Proxied).OpenReadAsync("model.pkl", default))!;
        var buffer = new byte[1];
        await stream.ReadExactlyAsync(buffer);
        var second = stream.ReadAsync(buffer.AsMemory()).AsTask();
        clock.Advance(RestStores.Quick.Timeout * 0.8);
        more.Release();
        Assert.Equal(1, await second);
        var third = stream.ReadAsync(buffer.AsMemory()).AsTask();
        clock.Advance(RestStores.Quick.Timeout * 0.8);
        Assert.Equal(Stopped, (await Assert.ThrowsAsync<MlflowUnavailableException>(() => third)).Message);
    }

    [Fact]
    public async Task A_caller_who_gives_up_within_a_file_is_told_so()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (!await ListedAsync(context, 10))
            {
                await context.Response.Body.WriteAsync(new byte[4]);
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        });
        await using var store = RestStores.Open(server.Address);
        await using var stream = (await store.OpenArtifacts(Proxied).OpenReadAsync("model.pkl", default))!;
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer);
        using var source = new CancellationTokenSource();
        var read = stream.ReadAsync(buffer.AsMemory(), source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Theory]
    [InlineData(
        OfRun,
        "the artifacts at file:///srv/nowhere-of-this-machine/1/0123456789abcdef0123456789abcdef/artifacts are not the run's"
    )]
    [InlineData(
        OfModel,
        "the artifacts at file:///srv/nowhere-of-this-machine/1/models/m-0123456789abcdef0123456789abcdef/artifacts are not the model's"
    )]
    public async Task Files_that_the_server_keeps_elsewhere_than_the_URI_says_are_not_taken_for_them(string uri, string said)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsJsonAsync(new { root_uri = "file:///srv/another/place", files = Array.Empty<object>() })
        );
        await using var store = RestStores.Open(server.Address);
        foreach (var folder in new[] { "", "/model", "/model/deep" })
        {
            var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
                store.OpenArtifacts(uri + folder).ListFilesAsync("", default).ToListAsync()
            );
            Assert.Equal(said + ": the server says file:///srv/another/place", failure.Message);
        }
    }

    [Theory]
    [InlineData(
        OfRun,
        "/api/2.0/mlflow/artifacts/list?run_id=0123456789abcdef0123456789abcdef",
        "&path=",
        "/get-artifact?run_uuid=0123456789abcdef0123456789abcdef&path="
    )]
    [InlineData(
        OfModel,
        "/api/2.0/mlflow/logged-models/m-0123456789abcdef0123456789abcdef/artifacts/directories",
        "?artifact_directory_path=",
        "/ajax-api/2.0/mlflow/logged-models/m-0123456789abcdef0123456789abcdef/artifacts/files?artifact_file_path="
    )]
    public async Task A_folder_below_the_root_is_asked_for_by_its_whole_path(string uri, string list, string member, string download)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (
                context.Request.Path.Value!.EndsWith("get-artifact", StringComparison.Ordinal)
                || context.Request.Path.Value.EndsWith("/files", StringComparison.Ordinal)
            ) // every request has a path
            {
                await context.Response.Body.WriteAsync("x"u8.ToArray());
                return;
            }

            var path = context.Request.Query["path"].ToString() + context.Request.Query["artifact_directory_path"];
            await context.Response.WriteAsJsonAsync(
                new
                {
                    root_uri = uri,
                    files = new[]
                    {
                        new
                        {
                            path = (path.Length == 0 ? "" : path + "/") + "größe",
                            is_dir = false,
                            file_size = 1,
                        },
                    },
                }
            );
        });
        await using var store = RestStores.Open(server.Address);
        foreach (
            var (below, folder, whole) in new[]
            {
                ("", "", ""),
                ("/model", "", "model"),
                ("/model", "de ep", "model/de ep"),
                ("", "a&b", "a&b"),
            }
        )
        {
            var artifacts = store.OpenArtifacts(uri + below);
            var entry = Assert.Single(await artifacts.ListFilesAsync(folder, default).ToListAsync());
            Assert.Equal((folder.Length == 0 ? "" : folder + "/") + "größe", entry.Path);
            Assert.Equal(list + (whole.Length == 0 ? "" : member + Uri.EscapeDataString(whole)), server.Asked[^1].Target);
            Assert.Equal("x"u8.ToArray(), await artifacts.ReadAllAsync(entry.Path));
            Assert.Equal(download + Uri.EscapeDataString((whole.Length == 0 ? "" : whole + "/") + "größe"), server.Asked[^1].Target);
        }
    }

    [Theory]
    [InlineData(Proxied)]
    [InlineData(OfRun)]
    [InlineData(OfModel)]
    public async Task What_the_server_does_not_know_is_an_empty_folder_and_no_file(string uri)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsJsonAsync(new { error_code = "RESOURCE_DOES_NOT_EXIST", message = "no" });
        });
        await using var store = RestStores.Open(server.Address);
        var artifacts = store.OpenArtifacts(uri);
        Assert.Empty(await artifacts.ListFilesAsync("", default).ToListAsync());
        Assert.Null(await artifacts.OpenReadAsync("model.pkl", default));
        Assert.False(await artifacts.FolderExistsAsync("model", default));
    }

    [Fact]
    public async Task A_file_that_was_removed_since_it_was_listed_is_no_file_any_more()
    {
        var isThere = true;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.QueryString.HasValue)
            {
                await context.Response.WriteAsJsonAsync(
                    new { files = isThere ? new[] { new { path = "model.pkl", is_dir = false } } : [] }
                );
                return;
            }

            context.Response.StatusCode = 500;
        });
        await using var store = RestStores.Open(server.Address);
        var artifacts = store.OpenArtifacts(Proxied);
        Assert.Single(await artifacts.ListFilesAsync("", default).ToListAsync());
        isThere = false;
        Assert.Null(await artifacts.OpenReadAsync("model.pkl", default));
    }

    [Theory]
    [InlineData("{\"files\": 7}", "'files' is not a list")]
    [InlineData("{\"files\": [7]}", "'files' is not a list of objects")]
    [InlineData("{\"files\": [{}]}", "'path' is not a text")]
    [InlineData("{\"files\": [{\"path\": true}]}", "'path' is not a text")]
    [InlineData("{\"files\": [{\"path\": \"a\", \"is_dir\": \"no\"}]}", "'is_dir' is not true or false")]
    [InlineData("{\"files\": [{\"path\": \"a\", \"file_size\": 1.5}]}", "'file_size' is not an integer of 64 bits")]
    [InlineData("{\"files\": [{\"path\": \"a\", \"file_size\": 9223372036854775808}]}", "'file_size' is not an integer of 64 bits")]
    public async Task A_listing_of_another_shape_is_refused_by_the_member(string answer, string fault)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(answer);
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() =>
            store.OpenArtifacts(Proxied).ListFilesAsync("", default).ToListAsync()
        );
        Assert.Equal("the MLflow server's answer makes no sense: " + fault, failure.Message);
    }

    [Theory]
    [InlineData("s3://bucket/model")]
    [InlineData("file:///srv/nowhere-of-this-machine/plain/folder")]
    public async Task A_place_without_a_route_is_out_of_reach_and_nothing_is_asked(string uri)
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsJsonAsync(new { }));
        await using var store = RestStores.Open(server.Address);
        Assert.Equal(3, Assert.Throws<MlflowUnavailableException>(() => store.OpenArtifacts(uri)).ExitCode);
        Assert.Empty(server.Asked);
    }

    private static async Task<bool> ListedAsync(HttpContext context, int size)
    {
        if (!context.Request.QueryString.HasValue)
        {
            return false;
        }

        await context.Response.WriteAsJsonAsync(
            new
            {
                files = new[]
                {
                    new
                    {
                        path = "model.pkl",
                        is_dir = false,
                        file_size = size,
                    },
                },
            }
        );
        return true;
    }

    private static Task<LoopbackServer> ServeAsync(int size, byte[] content) =>
        LoopbackServer.StartAsync(async context =>
        {
            if (!await ListedAsync(context, size))
            {
                await context.Response.Body.WriteAsync(content);
            }
        });
}
