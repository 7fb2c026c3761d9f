using System.Text.Json.Nodes;
using Hallmark.Inference.Status;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Inference.Tests.Status;

public sealed class AssetStatusVectorTests
{
    [Fact]
    public async Task Every_recorded_answer_becomes_the_originals_status_or_error_and_the_gate_decides_as_the_original_does()
    {
        JsonObject? now = null;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = now!["http_status"]!.GetValue<int>();
            await context.Response.WriteAsync(now["raw_body"]?.GetValue<string>() ?? now["body"]?.ToJsonString() ?? "null");
        });
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var options = new AssetStatusOptions
        {
            Address = new Uri(server.Address),
            ManagementSecret = "s",
            IsLenient = true,
        };
        foreach (var item in VectorFile.Cases("verify-status"))
        {
            now = item;
            var id = item["id"]!.GetValue<string>();
            var expected = item["expect"]!;
            var client = new AssetStatusClient(http, options, TimeProvider.System);
            if (expected["client_error"] is { } error)
            {
                var thrown = await Assert.ThrowsAnyAsync<AssetStatusException>(() => client.AskAsync("m", CancellationToken.None));
                Assert.Equal((id, error.GetValue<string>()), (id, thrown.ErrorName));
                Assert.Equal(expected["upgrade_url"]?.GetValue<string>(), (thrown as AssetStatusLicenseException)?.UpgradeUrl);
                continue;
            }

            var status = await client.AskAsync("m", CancellationToken.None);
            Assert.True(JsonNode.DeepEquals(expected["parsed"], Json(status)), id);
            Assert.Equal((id, expected["gate_error"]?.GetValue<string>()), (id, AssetGate.FindFailure(status)?.ErrorName));
        }
    }

    [Fact]
    public async Task Every_asset_id_is_asked_for_under_the_originals_path_byte_for_byte()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var client = new AssetStatusClient(
            http,
            new AssetStatusOptions { Address = new Uri(server.Address), ManagementSecret = "s" },
            TimeProvider.System
        );
        foreach (var item in VectorFile.Cases("verify-status-paths"))
        {
            var (asset, path) = (item["asset_id"]!.GetValue<string>(), item["path"]!.GetValue<string>());
            Assert.Equal(path, AssetStatusClient.PathOf(asset));
            await Assert.ThrowsAsync<AssetNotInPolicyException>(() => client.AskAsync(asset, CancellationToken.None));
            Assert.Equal(path, server.Asked[^1].Target);
        }
    }

    private static JsonObject Json(AssetStatus status) =>
        new()
        {
            ["asset_id"] = status.AssetId,
            ["tenant_id"] = status.TenantId,
            ["agent_id"] = status.AgentId,
            ["outcome"] = status.Outcome.ToString().ToLowerInvariant(),
            ["last_verified_at"] = status.LastVerifiedAt,
            ["max_age"] = status.MaxAge,
            ["stale"] = status.IsStale,
            ["policy_hash"] = status.PolicyHash,
            ["current_tx_id"] = status.CurrentTransactionId,
        };
}
