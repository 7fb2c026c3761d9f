using System.Globalization;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Servers that lie, stall, or are broken: each gives one clear failure, nothing is written, nothing is waited for without end.</summary>
public sealed class HostileServerTests
{
    private const string Artifacts = "mlflow-artifacts:/1/00000000000000000000000000000000/artifacts";

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    [InlineData(".")]
    [InlineData("")]
    public async Task A_listed_path_that_leaves_the_folder_is_refused(string path)
    {
        await using var server = await JsonAsync(
            JsonSerializer.Serialize(
                new
                {
                    files = new[]
                    {
                        new
                        {
                            path,
                            is_dir = false,
                            file_size = 1,
                        },
                    },
                }
            )
        );
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() =>
            store.OpenArtifacts(Artifacts).ListFilesAsync("", default).ToListAsync()
        );
        Assert.Equal(2, failure.ExitCode);
    }

    [Fact]
    public async Task A_name_that_is_listed_twice_is_refused()
    {
        await using var server = await JsonAsync(
            """{"files": [{"path": "a", "is_dir": false, "file_size": 1}, {"path": "a", "is_dir": true}]}"""
        );
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.OpenArtifacts(Artifacts).ListFilesAsync("", default).ToListAsync());
    }

    [Fact]
    public async Task A_listing_in_which_each_folder_holds_itself_ends()
    {
        await using var server = await JsonAsync("""{"files": [{"path": "again", "is_dir": true}]}""");
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.OpenArtifacts(Artifacts).ListFilesAsync("", default).ToListAsync());
        Assert.InRange(server.Asked.Count, 10, 100);
    }

    [Fact]
    public async Task Pages_that_go_round_in_circles_end()
    {
        await using var server = await JsonAsync("""{"runs": [], "next_page_token": "again"}""");
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRunsAsync("1", default).ToListAsync());
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            var blanks = Encoding.ASCII.GetBytes(new string(' ', 65536));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
            }
        });
        await using var store = RestStores.Open(server.Address, limits: RestStores.Quick with { MaxAnswerBytes = 1 << 20 });
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync("x", default));
        Assert.Contains("1048576", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deep")]
    [InlineData("doubled")]
    [InlineData("cut")]
    [InlineData("list")]
    [InlineData("latin1")]
    [InlineData("surrogate")]
    [InlineData("empty")]
    [InlineData("wrong types")]
    [InlineData("wrong numbers")]
    public async Task Garbage_is_refused_with_one_clear_message(string kind)
    {
        var body = kind switch
        {
            "deep" => Encoding.ASCII.GetBytes("""{"run":""" + new string('[', 10_000) + new string(']', 10_000) + "}"),
            "doubled" => """{"run": {"info": {}}, "run": {"info": {}}}"""u8.ToArray(),
            "cut" => """{"run": {"info": {"run_id": "x" """u8.ToArray(),
            "list" => "[1]"u8.ToArray(),
            "latin1" => [.. """{"run": ""u8, 0xe4, .. ""}"""u8],
            "surrogate" => """{"run": {"info": {"run_id": "\ud800"}}}"""u8.ToArray(),
            "empty" => [],
            "wrong types" => """{"run": {"info": {"run_id": {}, "experiment_id": 1, "status": "FINISHED"}}}"""u8.ToArray(),
            _ => """{"run": {"info": {"run_id": "x", "experiment_id": "1", "status": "FINISHED", "start_time": 1e99}}}"""u8.ToArray(),
        };
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(body);
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync("x", default));
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_login_page_is_not_taken_for_an_answer()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>sign in</html>");
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.ListRegisteredModelsAsync(default));
        Assert.Contains("text/html", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_unavailable_after_the_time_limit()
    {
        await using var server = await LoopbackServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var store = RestStores.Open(server.Address, limits: RestStores.Quick with { Timeout = TimeSpan.FromMilliseconds(200) });
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
        Assert.Equal(3, failure.ExitCode);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_unavailable_and_says_what_to_check()
    {
        using var port = new HeldPort();
        await using var store = RestStores.Open(port.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
        Assert.Contains("MLFLOW_TRACKING_URI", Assert.Single(failure.Hints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_that_the_server_failed()
    {
        await using var server = await LoopbackServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var store = RestStores.Open(server.Address);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.FindRunAsync("x", source.Token));
    }

    [Theory]
    [InlineData(9, "only")]
    [InlineData(11, "more")]
    public async Task An_artifact_of_another_length_than_listed_is_no_artifact(int sent, string said)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.QueryString.HasValue)
            {
                await context.Response.WriteAsJsonAsync(
                    new
                    {
                        files = new[]
                        {
                            new
                            {
                                path = "model.pkl",
                                is_dir = false,
                                file_size = 10,
                            },
                        },
                    }
                );
                return;
            }

            await context.Response.Body.WriteAsync(new byte[sent]);
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowFormatException>(() => store.OpenArtifacts(Artifacts).ReadAllAsync("model.pkl"));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_whose_body_was_lost_on_the_way_is_not_taken_for_stored()
    {
        // As MLflow 3 does with a chunked body: 200, and an empty file (recorded: "mlflow-artifacts.put chunked").
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Request.Method == "PUT"
                ? context.Response.WriteAsJsonAsync(new { })
                : context.Response.WriteAsJsonAsync(new { files = new[] { new { path = "payload.json", is_dir = false } } })
        );
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            store.OpenArtifacts(Artifacts).PutAsync("payload.json", new byte[5], default)
        );
        Assert.Contains("0 of 5 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_artifact_that_is_listed_and_answered_with_500_is_asked_for_once_and_costs_no_four_minutes()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.QueryString.HasValue)
            {
                await context.Response.WriteAsJsonAsync(
                    new
                    {
                        files = new[]
                        {
                            new
                            {
                                path = "model.pkl",
                                is_dir = false,
                                file_size = 10,
                            },
                        },
                    }
                );
                return;
            }

            context.Response.StatusCode = 500;
            await context.Response.WriteAsJsonAsync(new { error_code = "INTERNAL_ERROR", message = "failures occurred while downloading" });
        });
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.OpenArtifacts(Artifacts).ReadAllAsync("model.pkl"));
        Assert.Single(server.Asked, static request => !request.Target.Contains('?', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_short_disturbance_is_bridged_and_a_long_one_ends_after_three_questions(int status)
    {
        var failures = 2;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (Interlocked.Decrement(ref failures) >= 0)
            {
                context.Response.StatusCode = status;
                return;
            }

            await context.Response.WriteAsJsonAsync(new { registered_models = Array.Empty<object>() });
        });
        await using var store = RestStores.Open(server.Address);
        Assert.Empty(await store.ListRegisteredModelsAsync(default));
        Assert.Equal(3, server.Asked.Count);
        failures = 1000;
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.ListRegisteredModelsAsync(default));
        Assert.Equal(6, server.Asked.Count);
    }

    [Fact]
    public async Task What_would_be_made_twice_is_never_sent_twice()
    {
        await using var server = await StatusAsync(503);
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.CreateModelVersionAsync("m", "s3://b/x", null, default));
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.CreateRegisteredModelAsync("m", default));
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_of_patience_is_not_waited_for()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => store.FindRunAsync("x", default));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task A_redirect_below_the_same_server_is_followed_but_not_for_ever()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere" + Random.Shared.Next().ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        await using var store = RestStores.Open(server.Address);
        await Assert.ThrowsAsync<MlflowFormatException>(() => store.FindRunAsync("x", default));
        Assert.Equal(6, server.Asked.Count);
    }

    [Fact]
    public async Task A_text_of_the_servers_cannot_rewrite_the_terminal()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"error_code": "INVALID_PARAMETER_VALUE", "message": "a\u001b[2Jb\r\nverified \u202e"}""");
        });
        await using var store = RestStores.Open(server.Address);
        var failure = await Assert.ThrowsAnyAsync<BadInputException>(() => store.FindRunAsync("x", default));
        Assert.DoesNotContain(failure.Message, static c => char.IsControl(c) || c == '\u202e');
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("http://")]
    [InlineData("nonsense")]
    public void An_address_that_is_none_is_refused(string address) => Assert.Throws<BadInputException>(() => RestStores.Open(address));

    [Fact]
    public void The_door_opens_a_server_by_its_address() =>
        Assert.IsType<RestMlflowStore>(
            MlflowStores.Open(new MlflowStoreOptions { TrackingUri = "https://user:secret@mlflow.example.org/team/" })
        );

    private static Task<LoopbackServer> StatusAsync(int status) =>
        LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

    private static Task<LoopbackServer> JsonAsync(string json) =>
        LoopbackServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(json);
        });
}
