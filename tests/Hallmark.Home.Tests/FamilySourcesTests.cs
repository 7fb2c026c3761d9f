using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Home.Tests;

/// <summary>What the ar.io family's own commands ask (mlflow-events.md §8.5, §13): which service and gateways, and that neither silence nor lies become an answer.</summary>
public sealed class FamilySourcesTests : IAsyncDisposable
{
    private const string Transaction = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private readonly HomeScene _scene = new();
    private readonly List<string> _bodies = [];
    private LoopbackServer? _service;

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _scene.Dispose();
    }

    [Fact]
    public async Task Without_a_service_nobody_is_asked_and_level_two_is_enough()
    {
        await using var session = _scene.Open();
        var sources = session.FindFamilySources();
        Assert.Equal(2, sources.MinimumLevel);
        Assert.Null(await sources.Attestations.FindAsync(Transaction, CancellationToken.None));
    }

    [Fact]
    public async Task The_first_arweave_anchor_names_the_service_and_the_level_and_goes_before_the_environment()
    {
        _scene.Environment["ARIO_MLFLOW_ARIO_VERIFY_URL"] = "http://127.0.0.1:9/never";
        await StartAsync(Answer);
        await using var session = _scene.Open(
            new HallmarkSettings
            {
                Anchors =
                [
                    _scene.VaultAnchor("vault"),
                    Arweave("first", _service!.Address + "/local/", level: 3),
                    Arweave("second", "http://127.0.0.1:9", level: 1),
                ],
            }
        );
        var sources = session.FindFamilySources();
        Assert.Equal(3, sources.MinimumLevel);
        var answer = await sources.Attestations.FindAsync(Transaction, CancellationToken.None);
        Assert.True(answer!.IsEnabled);

        // The original's normalised members (mlflow-events.md §13); links that are paths are the service's.
        Assert.Equal(
            JsonNode
                .Parse(
                    $$"""
                    {"verification_id": "vrf_0123456789abcdef", "status": "confirmed", "attestation_level": 2, "report_url": "{{_service.Address}}/local/report/x",
                     "pdf_url": null, "attested_by": "gw.example", "attested_at": "2026-11-21T12:00:00.000Z"}
                    """
                )!
                .ToJsonString(),
            answer.Result!.ToJsonString()
        );
        Assert.Equal(["GET /local/health", "POST /local/api/v1/verify"], _service.Asked.Select(asked => $"{asked.Method} {asked.Target}"));
        Assert.Equal($$"""{"txId":"{{Transaction}}"}""", Assert.Single(_bodies));
    }

    [Fact]
    public async Task The_services_health_is_asked_once_for_any_number_of_transactions()
    {
        await StartAsync(Answer);
        await using var session = _scene.Open();
        var sources = session.FindFamilySources();
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull((await sources.Attestations.FindAsync(Transaction, CancellationToken.None))!.Result);
        }

        Assert.Equal(1, _service!.Asked.Count(asked => asked.Target.EndsWith("/health", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(204)]
    [InlineData(302)]
    public async Task A_service_that_is_not_well_is_switched_off_and_told_no_transaction(int status)
    {
        await StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var session = _scene.Open();
        var sources = session.FindFamilySources();
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await sources.Attestations.FindAsync(Transaction, CancellationToken.None));
        }

        Assert.DoesNotContain(_service!.Asked, asked => asked.Method == "POST");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task A_service_that_is_well_and_answers_with_nonsense_gave_no_answer(string text)
    {
        await StartAsync(context => context.Request.Method == "GET" ? Answer(context) : context.Response.WriteAsync(text));
        await using var session = _scene.Open();
        var answer = await session.FindFamilySources().Attestations.FindAsync(Transaction, CancellationToken.None);
        Assert.Equal((true, null), (answer!.IsEnabled, answer.Result));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../admin")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")]
    public async Task A_tag_that_is_no_transaction_id_is_handed_to_nobody(string tag)
    {
        await StartAsync(Answer);
        await using var session = _scene.Open();
        var answer = await session.FindFamilySources().Attestations.FindAsync(tag, CancellationToken.None);
        Assert.Null(answer!.Result);
        Assert.DoesNotContain(_service!.Asked, asked => asked.Method == "POST");
    }

    [Fact]
    public async Task Offline_the_service_is_not_asked()
    {
        await StartAsync(Answer);
        await using var session = _scene.Open(isOffline: true);
        var answer = await session.FindFamilySources().Attestations.FindAsync(Transaction, CancellationToken.None);
        Assert.True(answer is null or { IsEnabled: false, Result: null }, "both read as a client that is not enabled");
        Assert.Empty(_service!.Asked);
    }

    [Fact]
    public async Task An_environment_that_names_no_address_is_bad_input()
    {
        _scene.Environment["ARIO_MLFLOW_ARIO_VERIFY_URL"] = "gw.example";
        await using var session = _scene.Open();
        var refused = Assert.Throws<BadInputException>(() => session.FindFamilySources());
        Assert.Equal("ARIO_MLFLOW_ARIO_VERIFY_URL is not an address of a server", refused.Message);
    }

    /// <summary>The original believes any bytes that a gateway gives; here an item counts only where its id and signature prove it.</summary>
    [Theory]
    [InlineData("{\"event_type\": \"training\"}")]
    [InlineData("")]
    [InlineData("AAAA")]
    public async Task A_gateway_that_gives_bytes_that_do_not_prove_their_id_gave_no_envelope(string bytes)
    {
        await StartAsync(context => context.Response.WriteAsync(bytes));
        await using var session = _scene.Open(
            new HallmarkSettings { Anchors = [Arweave("a", verify: null, level: 2) with { Gateways = [_service!.Address] }] }
        );
        Assert.Null(await session.FindFamilySources().Envelopes.FindAsync(Transaction, CancellationToken.None));
        Assert.NotEmpty(_service.Asked);
    }

    [Fact]
    public async Task A_gateway_that_is_out_of_reach_gave_no_envelope()
    {
        await using var session = _scene.Open(
            new HallmarkSettings { Anchors = [Arweave("a", verify: null, level: 2) with { Gateways = ["http://127.0.0.1:9"] }] },
            isOffline: true
        );
        Assert.Null(await session.FindFamilySources().Envelopes.FindAsync(Transaction, CancellationToken.None));
    }

    private static ArweaveSettings Arweave(string name, string? verify, int level) =>
        new()
        {
            Name = name,
            Upload = new Uri("https://upload.example"),
            Network = "testnet",
            Verify = verify is null ? null : new Uri(verify),
            VerifyLevel = level,
        };

    private async Task StartAsync(RequestDelegate answer)
    {
        _service = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Method == "POST")
            {
                using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
                _bodies.Add(await reader.ReadToEndAsync());
            }

            await answer(context);
        });
        _ = _scene.Environment.TryAdd("ARIO_MLFLOW_ARIO_VERIFY_URL", _service.Address);
    }

    private static Task Answer(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            context.Request.Method == "GET"
                ? """{"status": "ok", "gateway": true}"""
                : $$$"""
                {"verificationId": "vrf_0123456789abcdef", "timestamp": "2026-11-21T12:00:00.000Z", "txId": "{{{Transaction}}}", "level": 2,
                 "existence": {"status": "confirmed", "blockHeight": 7}, "attestation": {"gateway": "gw.example", "attestedAt": "2026-11-21T12:00:00.000Z"},
                 "links": {"dashboard": "/report/x", "pdf": null, "rawData": null}}
                """
        );
    }
}
