using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.Http;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.ArioVerify;

/// <summary>The client against a service that speaks the documented API, honest and lying.</summary>
public sealed class ArioVerifyClientTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Digest DataHash = Digest.Compute(DigestAlgorithm.Sha256, VerifyService.Data);
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());
    private VerifyService _service = null!; // set by InitializeAsync, before every test

    public async Task InitializeAsync() => _service = await VerifyService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_transaction_is_witnessed_where_all_that_a_careful_client_checks_holds()
    {
        var report = await VerifyAsync();
        Assert.Equal(ArioVerifyState.Witnessed, report.State);
        Assert.True(report.Attestation!.IsBelieved);
        Assert.Equal($"operator {_service.Operator} attests block 1512345, 2026-11-21 08:00:00 UTC, level 3", report.Attestation.Statement);
        Assert.Equal($"{_service.Server.Address}/verify/report/vrf_0123456789abcdef", report.Result.ReportUrl);
        Assert.All(report.Checks, static check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        Assert.Contains(_service.Server.Asked, static asked => asked.Target.EndsWith("/attestation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_level_does_not_count_against_what_the_answer_says_beside_it()
    {
        await AssertAsync(
            ArioVerifyState.Refuted,
            "uploader_signature",
            result => Set(result, "authenticity", "signatureValid", false),
            level: 2
        );
        await AssertAsync(ArioVerifyState.Refuted, "gateway_hash", result => Set(result, "authenticity", "hashMatch", false));
        await AssertAsync(ArioVerifyState.Refuted, "data_hash", result => Set(result, "authenticity", "dataHash", new string('A', 43)));
        await AssertAsync(ArioVerifyState.Refuted, "transaction", result => result["txId"] = new string('A', 43));
        await AssertAsync(ArioVerifyState.Undetermined, "existence", result => Set(result, "existence", "status", "not_found"));
        await AssertAsync(ArioVerifyState.Undetermined, "data_hash", result => Set(result, "authenticity", "dataHash", null));
        await AssertAsync(ArioVerifyState.Undetermined, "level", result => result["level"] = 1);
        await AssertAsync(ArioVerifyState.Refuted, "transaction", result => result.Clear());
    }

    [Fact]
    public async Task A_signature_that_the_service_could_not_check_is_not_held_against_the_transaction()
    {
        _service.ChangeResult = result => Set(result, "authenticity", "signatureValid", null);
        Assert.Equal(ArioVerifyState.Witnessed, (await VerifyAsync()).State);
    }

    [Fact]
    public async Task Pending_is_a_state_with_an_estimate_and_neither_a_failure_nor_a_pass()
    {
        _service.ChangeResult = result => Set(result, "existence", "status", "pending");
        var before = TimeProvider.System.GetUtcNow();
        var report = await VerifyAsync();
        Assert.Equal(ArioVerifyState.Pending, report.State);
        Assert.True(report.ExpectedAt >= before + TimeSpan.FromHours(1));
        Assert.DoesNotContain(report.Checks, static check => check.Outcome is CheckOutcome.Failed);
    }

    [Fact]
    public async Task An_attestation_that_is_about_something_else_or_was_changed_refutes()
    {
        await AssertAttestationAsync("attestation_transaction", payload => payload["tx_id"] = new string('A', 43));
        await AssertAttestationAsync("attestation_data", payload => payload["data_hash"] = new string('a', 64));
        await AssertAttestationAsync("attestation_data", payload => payload["data_hash"] = null);
        await AssertAttestationAsync("attestation_operator", payload => payload["operator"] = new string('A', 43));
        _service.ChangePayload = static _ => { };
        foreach (
            var change in new Action<JsonObject>[]
            {
                given => ((JsonObject)given["payload"]!)["level"] = 1,
                given => given["attestedAt"] = "2020-01-01T00:00:00.000Z",
                given => given["payloadHash"] = new string('A', 43),
                given => given["operator"] = new string('A', 43),
                given => given["signature"] = Base64Url.EncodeToString(new byte[256]),
            }
        )
        {
            _service.ChangeAttestation = change;
            AssertFailed(await VerifyAsync(), "attestation_signature");
        }
    }

    [Fact]
    public async Task A_forger_with_a_key_of_his_own_or_an_exponent_of_one_is_not_believed()
    {
        using var forger = RSA.Create(2048);
        _service.ChangeAttestation = given =>
        {
            var payload = Core.Json.CanonicalJson.Canonicalize(given["payload"]);
            given["signature"] = Base64Url.EncodeToString(forger.SignData(payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
            given["operatorPublicKey"] = Base64Url.EncodeToString(forger.ExportParameters(includePrivateParameters: false).Modulus);
        };
        AssertFailed(await VerifyAsync(), "attestation_operator");

        // With e = 1 the padded message itself is a signature: whatever exponent a record names, only 65537 is taken.
        _service.ChangeAttestation = static _ => { };
        var record = OperatorAttestation.FromService(_service.Attest(), VerifyService.TransactionId).ToRecord();
        record["public_key"]!["e"] = "AQ";
        Assert.True(OperatorAttestation.TryRead(record, out var attestation, out _));
        var findings = attestation.Verify(VerifyService.TransactionId, DataHash, [_service.Operator]);
        Assert.Contains(findings.Checks, static check => check is { Name: "attestation_signature", Outcome: CheckOutcome.Failed });
    }

    [Fact]
    public async Task Whose_word_it_is_counts_only_where_somebody_said_whom_to_believe()
    {
        var report = await VerifyAsync(trusted: []);
        Assert.Equal((ArioVerifyState.Witnessed, false), (report.State, report.Attestation!.IsBelieved));
        report = await VerifyAsync(trusted: [new string('A', 43)]);
        Assert.Equal((ArioVerifyState.Undetermined, false), (report.State, report.Attestation!.IsBelieved));
        _service.Before = context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/attestation", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.FromResult(true);
        };
        Assert.Equal(ArioVerifyState.Undetermined, (await VerifyAsync()).State);
        Assert.Equal(ArioVerifyState.Witnessed, (await VerifyAsync(trusted: [])).State);
        Assert.Throws<BadInputException>(() => Options([new string('A', 42)]));
    }

    [Fact]
    public async Task Polling_ends_at_the_level_and_gives_the_last_answer_when_the_time_is_over()
    {
        var level = 0;
        _service.ChangeResult = result => result["level"] = Math.Min(3, ++level);
        Assert.Equal(2, (await Client(pollSeconds: 60).PollAsync(VerifyService.TransactionId, 2, null, None)).Level);
        Assert.Equal(2, _service.Server.Asked.Count);
        _service.ChangeResult = result => result["level"] = 1;
        Assert.Equal(1, (await Client().PollAsync(VerifyService.TransactionId, 2, null, None)).Level);
        _service.Before = Failing(StatusCodes.Status500InternalServerError);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client().PollAsync(VerifyService.TransactionId, 2, null, None));
    }

    [Fact]
    public async Task A_server_in_trouble_is_asked_again_and_another_refusal_is_not()
    {
        var left = 2;
        _service.Before = context =>
        {
            if (left-- <= 0)
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.FromResult(true);
        };
        Assert.Equal(3, (await Client().SubmitAsync(VerifyService.TransactionId, None)).Level);
        Assert.Equal(3, _service.Server.Asked.Count);

        _service.Before = Failing(StatusCodes.Status400BadRequest);
        await Assert.ThrowsAsync<AnchorUnavailableException>(() => Client().SubmitAsync(VerifyService.TransactionId, None));
        Assert.Equal(4, _service.Server.Asked.Count);

        _service.Before = context =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "3600";
            return Task.FromResult(true);
        };
        var later = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            Client(retries: 0).SubmitAsync(VerifyService.TransactionId, None)
        );
        Assert.Equal(TimeSpan.FromHours(1), later.RetryAfter);
    }

    [Fact]
    public async Task Ids_that_are_none_never_reach_the_network()
    {
        await Assert.ThrowsAsync<BadInputException>(() => Client().SubmitAsync("../../etc/passwd", None));
        Assert.Empty(_service.Server.Asked);
        _service.ChangeResult = static result => result["verificationId"] = "../../health";
        Assert.Equal(ArioVerifyState.Undetermined, (await VerifyAsync()).State);
        Assert.Single(_service.Server.Asked);
    }

    [Fact]
    public async Task Health_and_stored_results_are_read()
    {
        var status = await Client().ReadHealthAsync(None);
        Assert.True(status.IsReachable);
        Assert.Contains("its gateway does not", status.Detail, StringComparison.Ordinal);
        Assert.Single(await Client().FindResultsAsync(VerifyService.TransactionId, None));
        Assert.Equal(3, (await Client().FindResultAsync("vrf_0123456789abcdef", None))!.Level);
        Assert.Null(await Client().FindResultAsync("vrf_ffffffffffffffff", None));
        _service.Before = Failing(StatusCodes.Status502BadGateway);
        Assert.False((await Client().ReadHealthAsync(None)).IsReachable);
    }

    [Fact]
    public void Attestations_in_a_receipt_are_checked_and_the_best_that_is_believed_counts()
    {
        var records = new JsonArray(
            Record(payload => payload["block_height"] = null),
            Record(_ => { }),
            Record(payload => payload["level"] = 2)
        );
        var found = ReceiptAttestations.Verify(records, VerifyService.TransactionId, DataHash, [_service.Operator], out var malformed);
        Assert.Null(malformed);
        Assert.Equal(3, found.Count);
        Assert.Equal(
            (3, 1_512_345L),
            (ReceiptAttestations.FindBest(found)!.Level!.Value, ReceiptAttestations.FindBest(found)!.BlockHeight!.Value)
        );
        Assert.Null(ReceiptAttestations.FindBest(ReceiptAttestations.Verify(records, VerifyService.TransactionId, DataHash, [], out _)));
        Assert.Empty(ReceiptAttestations.Verify(null, VerifyService.TransactionId, DataHash, [], out malformed));
        Assert.Null(malformed);
        foreach (
            var bad in new JsonNode[]
            {
                new JsonArray(),
                new JsonObject(),
                new JsonArray([.. Enumerable.Range(0, 9).Select(_ => Record(_ => { }))]),
            }
        )
        {
            Assert.Empty(ReceiptAttestations.Verify(bad, VerifyService.TransactionId, DataHash, [], out malformed));
            Assert.NotNull(malformed);
        }
    }

    [Fact]
    public void Any_byte_of_a_record_that_is_changed_refutes_it_or_makes_it_none()
    {
        var bytes = Core.Json.CanonicalJson.Canonicalize(Record(_ => { }));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            if (
                !Core.Json.StrictJson.TryParse(changed, out var json, out _)
                || !OperatorAttestation.TryRead(json, out var attestation, out _)
            )
            {
                continue;
            }

            Assert.False(attestation.Verify(VerifyService.TransactionId, DataHash, [_service.Operator]).IsBelieved, $"byte {i}");
        }
    }

    private JsonObject Record(Action<JsonObject> change)
    {
        _service.ChangePayload = change;
        return OperatorAttestation.FromService(_service.Attest(), VerifyService.TransactionId).ToRecord();
    }

    private static void Set(JsonObject result, string part, string member, JsonNode? value) => result[part]![member] = value;

    private static Func<HttpContext, Task<bool>> Failing(int status) =>
        context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };

    private static void AssertFailed(ArioVerifyReport report, string check)
    {
        Assert.Equal((ArioVerifyState.Refuted, false), (report.State, report.Attestation!.IsBelieved));
        AssertFailed(report.Checks, check);
    }

    private static void AssertFailed(IEnumerable<Check> checks, string name) =>
        Assert.Equal(CheckOutcome.Failed, checks.Single(check => check.Name == name).Outcome);

    private async Task AssertAsync(ArioVerifyState state, string name, Action<JsonObject> change, int? level = null)
    {
        _service.ChangeResult = result =>
        {
            result["level"] = level ?? 3;
            change(result);
        };
        var report = await VerifyAsync();
        Assert.Equal(state, report.State);
        Assert.NotEqual(CheckOutcome.Passed, report.Checks.Single(check => check.Name == name).Outcome);
    }

    private async Task AssertAttestationAsync(string check, Action<JsonObject> change)
    {
        _service.ChangePayload = change;
        _service.ChangeAttestation = given => given["operator"] = given["payload"]!["operator"]!.DeepClone();
        var report = await VerifyAsync();
        _service.ChangeAttestation = static _ => { };
        AssertFailed(report, check);
    }

    private Task<ArioVerifyReport> VerifyAsync(IReadOnlyList<string>? trusted = null) =>
        Client(trusted).VerifyAsync(VerifyService.TransactionId, DataHash, None);

    private ArioVerifyOptions Options(IReadOnlyList<string>? trusted = null, int retries = 2, int pollSeconds = 0) =>
        new()
        {
            Address = new Uri(_service.Server.Address + "/verify/"),
            TrustedOperators = trusted ?? [_service.Operator],
            PollEvery = TimeSpan.FromMilliseconds(5),
            PollFor = TimeSpan.FromSeconds(pollSeconds),
            Retries = retries,
        };

    private ArioVerifyClient Client(IReadOnlyList<string>? trusted = null, int retries = 2, int pollSeconds = 0) =>
        new(
            new AnchorHttp(_client, allowPlainHttp: false, TimeProvider.System),
            Options(trusted, retries, pollSeconds),
            TimeProvider.System
        );
}
