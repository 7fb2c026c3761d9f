using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.ArioVerify;

/// <summary>A verification service that speaks the documented API (ario-verify-api.md) with an RSA key of its own, and lies where a test tells it to.</summary>
internal sealed class VerifyService : IAsyncDisposable
{
    public const string TransactionId = "kJ7vX2pQ8mNcLw9Yb4TzFh1aGdRsE6oWpABCDEFGHIg";
    public static readonly byte[] Data = "{\"payload_hash\":\"…\"}"u8.ToArray();
    private readonly RSA _key = RSA.Create(2048);
    private readonly Dictionary<string, (string Id, string Status)> _jobs = new(StringComparer.Ordinal);
    private LoopbackServer? _server;

    /// <summary>The transaction that it speaks of.</summary>
    public string Subject { get; set; } = TransactionId;

    /// <summary>That transaction's data, as it found them.</summary>
    public ReadOnlyMemory<byte> Content { get; set; } = Data;

    /// <summary>The block that it says holds the transaction; null for none yet.</summary>
    public long? Block { get; set; } = 1_512_345;

    /// <summary>That block's time, as it writes it.</summary>
    public string BlockTime { get; set; } = "2026-11-21T08:00:00.000Z";

    /// <summary>Changes a result before it is sent.</summary>
    public Action<JsonObject> ChangeResult { get; set; } = static _ => { };

    /// <summary>Changes a payload before it is signed.</summary>
    public Action<JsonObject> ChangePayload { get; set; } = static _ => { };

    /// <summary>Changes a signed attestation before it is sent.</summary>
    public Action<JsonObject> ChangeAttestation { get; set; } = static _ => { };

    /// <summary>Answers instead of the service; true where it did.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = static _ => Task.FromResult(false);

    /// <summary>The ids of the job that was made last.</summary>
    public List<string> Ids { get; } = [];

    public int PollsUntilDone { get; set; }

    public LoopbackServer Server => _server!; // set by StartAsync

    public string Modulus => Base64Url.EncodeToString(_key.ExportParameters(includePrivateParameters: false).Modulus);

    public string Operator => Base64Url.EncodeToString(SHA256.HashData(_key.ExportParameters(includePrivateParameters: false).Modulus!));

    public static async Task<VerifyService> StartAsync()
    {
        var service = new VerifyService();
        service._server = await LoopbackServer.StartAsync(service.AnswerAsync);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _key.Dispose();
    }

    /// <summary>What the service signs and what it gives beside it.</summary>
    public JsonObject Attest()
    {
        var payload = new JsonObject
        {
            ["attestation_version"] = "ario.evidence.attestation/v1",
            ["attested_at"] = "2026-11-21T08:14:00.000Z",
            ["tx_id"] = Subject,
            ["block_height"] = Block,
            ["block_timestamp"] = Block is null ? null : BlockTime,
            ["data_hash"] = Convert.ToHexStringLower(SHA256.HashData(Content.Span)),
            ["data_size"] = Content.Length,
            ["gateway"] = "gw.example",
            ["level"] = 3,
            ["operator"] = Operator,
            ["owner_address"] = "FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiE",
            ["signature_verified"] = true,
        };
        ChangePayload(payload);
        var (hash, signature) = Sign(payload);
        var attestation = new JsonObject
        {
            ["operator"] = Operator,
            ["gateway"] = "gw.example",
            ["signature"] = signature,
            ["payloadHash"] = hash,
            ["payload"] = payload,
            ["attestedAt"] = payload["attested_at"]!.DeepClone(),
            ["operatorPublicKey"] = Modulus,
        };
        ChangeAttestation(attestation);
        return attestation;
    }

    /// <summary>The report of the job that was made last, as canonical bytes.</summary>
    public byte[] Report()
    {
        var report = new JsonObject
        {
            ["version"] = 1,
            ["type"] = "verify.bundle.run",
            ["jobId"] = "job_0123456789abcdef",
            ["runId"] = "run_0123456789abcdef",
            ["tenantId"] = "tenant",
            ["operator"] = Operator,
            ["operatorPublicKey"] = Modulus,
            ["gateway"] = "gw.example",
            ["startedAt"] = "2026-11-21T08:00:00.000Z",
            ["finishedAt"] = "2026-11-21T08:01:00.000Z",
            ["input"] = new JsonObject { ["type"] = "txIds", ["ids"] = new JsonArray([.. Ids.Select(static id => (JsonNode)id)]) },
            ["totals"] = new JsonObject
            {
                ["verified"] = Ids.Count - 1,
                ["tampered"] = 1,
                ["unavailable"] = 0,
                ["cacheHit"] = 0,
                ["bytesFetched"] = 570,
                ["total"] = Ids.Count,
            },
            ["deltas"] = null,
            ["failures"] = new JsonArray(
                new JsonObject
                {
                    ["txId"] = Ids[0],
                    ["outcome"] = "tampered",
                    ["failureReason"] = "signature_mismatch",
                    ["verificationId"] = "vrf_0123456789abcdef",
                }
            ),
            ["failuresTruncated"] = false,
        };
        ChangePayload(report);
        (report["payloadHash"], report["signature"]) = Sign(report);
        ChangeAttestation(report);
        return CanonicalJson.Canonicalize(report);
    }

    private (JsonNode Hash, JsonNode Signature) Sign(JsonObject payload)
    {
        var bytes = CanonicalJson.Canonicalize(payload);
        return (
            Base64Url.EncodeToString(SHA256.HashData(bytes)),
            Base64Url.EncodeToString(_key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
        );
    }

    private JsonObject Result()
    {
        var hash = Base64Url.EncodeToString(SHA256.HashData(Content.Span));
        var result = new JsonObject
        {
            ["verificationId"] = "vrf_0123456789abcdef",
            ["timestamp"] = "2026-11-21T08:14:00.000Z",
            ["txId"] = Subject,
            ["level"] = 3,
            ["existence"] = new JsonObject
            {
                ["status"] = Block is null ? "pending" : "confirmed",
                ["blockHeight"] = Block,
                ["blockTimestamp"] = Block is null ? null : BlockTime,
                ["blockId"] = "b",
            },
            ["authenticity"] = new JsonObject
            {
                ["status"] = "signature_verified",
                ["signatureValid"] = true,
                ["signatureSkipReason"] = null,
                ["dataHash"] = hash,
                ["gatewayHash"] = hash,
                ["hashMatch"] = true,
            },
            ["attestation"] = new JsonObject { ["gateway"] = "gw.example", ["attestedAt"] = "2026-11-21T08:14:00.000Z" },
            ["links"] = new JsonObject { ["dashboard"] = "/report/vrf_0123456789abcdef", ["pdf"] = null },
        };
        ChangeResult(result);
        return result;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Before(context))
        {
            return;
        }

        var path = context.Request.Path.Value!;
        switch (context.Request.Method, path)
        {
            case ("GET", "/verify/health"):
                await WriteAsync(context, new JsonObject { ["status"] = "ok", ["gateway"] = false });
                break;
            case ("POST", "/verify/api/v1/verify"):
                await WriteAsync(context, Result());
                break;
            case ("GET", "/verify/api/v1/verify/tx/" + TransactionId):
                await WriteAsync(context, new JsonObject { ["count"] = 1, ["results"] = new JsonArray(Result()) });
                break;
            case ("GET", "/verify/api/v1/verify/vrf_0123456789abcdef"):
                await WriteAsync(context, Result());
                break;
            case ("GET", "/verify/api/v1/verify/vrf_0123456789abcdef/attestation"):
                await WriteAsync(context, Attest());
                break;
            case (var method, _) when path.StartsWith("/verify/api/v1/jobs", StringComparison.Ordinal):
                await AnswerJobAsync(context, method, path["/verify/api/v1/jobs".Length..]);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task AnswerJobAsync(HttpContext context, string method, string rest)
    {
        const string id = "job_0123456789abcdef";
        if (method == "POST")
        {
            var key = context.Request.Headers["Idempotency-Key"].ToString();
            var isThere = _jobs.ContainsKey(key);
            if (!isThere)
            {
                _jobs[key] = (id, "running");
                var body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
                Ids.AddRange(((JsonArray)body["txIds"]!).Select(static tx => tx!.GetValue<string>()));
            }

            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await WriteAsync(
                context,
                new JsonObject
                {
                    ["jobId"] = id,
                    ["status"] = "pending",
                    ["deduplicated"] = isThere,
                }
            );
            return;
        }

        switch (rest)
        {
            case "/" + id when method == "DELETE":
                context.Response.StatusCode = PollsUntilDone > 0 ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
                break;
            case "/" + id:
                var isDone = PollsUntilDone-- <= 0;
                await WriteAsync(
                    context,
                    new JsonObject
                    {
                        ["job"] = new JsonObject
                        {
                            ["id"] = id,
                            ["status"] = isDone ? "completed" : "running",
                            ["totalCount"] = Ids.Count,
                        },
                        ["run"] = new JsonObject { ["remaining"] = isDone ? 0 : 1, ["etaMs"] = isDone ? null : 1_500 },
                    }
                );
                break;
            case "/" + id + "/results":
                await WriteAsync(context, ResultsPage(context));
                break;
            case "/" + id + "/report" when PollsUntilDone <= 0:
                await context.Response.Body.WriteAsync(Report());
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    // Two in a page, whatever limit is asked for: a limit is the most, not the least.
    private JsonObject ResultsPage(HttpContext context)
    {
        var cursor = context.Request.Query["cursor"].ToString();
        var rows = Ids.Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Where(id => string.CompareOrdinal(id, cursor) > 0)
            .ToList();
        return new JsonObject
        {
            ["items"] = new JsonArray([
                .. rows.Take(2)
                    .Select(static id =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["txId"] = id,
                                ["outcome"] = "verified",
                                ["cacheHit"] = true,
                            }
                    ),
            ]),
            ["nextCursor"] = rows.Count > 2 ? rows[1] : null,
        };
    }

    private static Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString(), Encoding.UTF8);
    }

    /// <summary>Well-formed transaction ids, in order.</summary>
    public static IReadOnlyList<string> MakeIds(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(static i =>
                    Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture))))
                )
                .Order(StringComparer.Ordinal),
        ];
}
