using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Tests.Robustness;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Bundles that somebody damaged or made to do harm.</summary>
public sealed class HostileEvidenceTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void No_bit_of_a_bundle_can_be_flipped()
    {
        var bundle = _maker.Trace(2, item => item);
        var before = CanonicalJson.Canonicalize(bundle);
        for (var bit = 0; bit < bundle.Length * 8; bit += 7)
        {
            var damaged = bundle.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var result = EvidenceVerifier.Verify(damaged);
            // The digits of key and signature may change their case: a signature in capitals is the same signature.
            var isSameSignature = result.SignatureOk && result.BodyHashOk;
            Assert.True(isSameSignature ? IsOnlyCase(before, damaged) : result.ExitCode is 1 or 2, $"bit {bit}: {result.Status}");
        }
    }

    [Fact]
    public void A_damaged_export_never_verifies_and_never_throws()
    {
        var source = _maker.Trace(2);
        var export = _maker.Export(source, EvidenceMaker.Attest(source));
        var mutator = new ByteMutator(11);
        for (var round = 0; round < 500; round++)
        {
            var damaged = mutator.Mutate(export, source);
            var result = ProofFile.Verify(damaged);
            Assert.True(result.ExitCode is 1 or 2 || IsOnlyCase(CanonicalJson.Canonicalize(export), damaged), $"round {round}");
            Assert.NotEmpty(result.ToLines("x.json"));
        }
    }

    [Fact]
    public void A_damaged_part_of_a_bundle_that_was_signed_anew_is_named()
    {
        var bundle = _maker.Trace(2, item => item);
        Assert.All(
            new (Action<JsonObject> Change, string Named)[]
            {
                (body => Flip(body["checkpoints"]![0]!, "record_bytes"), "checkpoint record does not bind to payload_hash"),
                (body => Flip(body["checkpoints"]![0]!, "merkle_root"), "checkpoint merkle_root mismatch"),
                (body => Flip(body["checkpoints"]![0]!["envelope"]!, "signature"), "checkpoint envelope signature failed"),
                (body => Flip(body["events"]![1]!["envelope"]!, "signature"), "event envelope signature failed"),
                (body => Flip(body["events"]![1]!, "record_bytes"), "event record does not bind to payload_hash"),
                (body => Flip(body["events"]![1]!, "content"), "disclosed content does not match"),
                (body => Flip(body["events"]![1]!["inclusion"]!, "leaf_hash"), "inclusion leaf_hash does not match"),
                (body => Flip(body["events"]![1]!["inclusion"]!["audit_path"]!, 0), "did not reconstruct the checkpoint root"),
                (body => body["checkpoints"]![0]!["record_bytes"] = null, "root untrusted"),
                (body => body["checkpoints"]![0]!["record_bytes"] = "zz", "checkpoint record_bytes is not hex"),
                (body => body["events"]![1]!["inclusion"]!["audit_path"] = "", "audit_path is not a list"),
                (body => body["events"]![1]!["inclusion"]!["audit_path"]![0] = "00", "did not reconstruct the checkpoint root"),
                (body => body["events"]![1]!["inclusion"]!["leaf_hash"] = "0", "not even-length hex"),
                (body => body["events"]![1]!["inclusion"]!["leaf_index"] = true, "must be integers"),
                (body => body["events"]![1]!["inclusion"]!["leaf_count"] = 1e300, "did not reconstruct the checkpoint root"),
                (body => body["events"]![1]!["inclusion"]!["leaf_index"] = -1, "did not reconstruct the checkpoint root"),
                (body => body["events"]![1] = 7, "event missing inclusion proof"),
                (body => body["checkpoints"]![0] = "x", "checkpoint missing tx_id"),
            },
            row =>
            {
                var result = EvidenceVerifier.Verify(_maker.Rewrap(bundle, row.Change));
                Assert.True(result is { SignatureOk: true, BodyHashOk: true, ExitCode: 1 }, row.Named);
                var errors = result.Events.SelectMany(item => item.Errors).Concat(result.Checkpoints.SelectMany(item => item.Errors));
                Assert.Contains(errors, error => error.Contains(row.Named, StringComparison.Ordinal));
            }
        );
    }

    [Theory]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"checkpoints":{},"events":[]}""")]
    public void A_body_that_is_no_trace_is_malformed(string body)
    {
        var result = EvidenceVerifier.Verify(_maker.Wrap(Encoding.UTF8.GetBytes(body)));
        Assert.Equal((EvidenceStatus.Malformed, 2), (result.Status, result.ExitCode));
        var export = EvidenceVerifier.Verify(_maker.Wrap(Encoding.UTF8.GetBytes(body), EvidenceFormat.Export));
        Assert.True(export is { Status: EvidenceStatus.Malformed, SignatureOk: true, BodyHashOk: true });
    }

    [Fact]
    public void Exports_may_stand_in_one_another_up_to_a_bound()
    {
        var bundle = _maker.Trace(1);
        for (var depth = 1; depth <= EvidenceFormat.MaxNestedExports; depth++)
        {
            bundle = _maker.Export(bundle);
            Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(bundle).Status);
        }

        Assert.Single(EvidenceVerifier.FindFetches(bundle, ["https://g.example"]));
        var tooDeep = EvidenceVerifier.Verify(_maker.Export(bundle));
        Assert.Equal(EvidenceStatus.Failed, tooDeep.Status);
        Assert.Contains("exports stand in one another", string.Concat(tooDeep.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void More_attestations_than_anybody_needs_are_malformed_before_a_single_one_is_checked()
    {
        var source = _maker.Trace(1);
        var bundle = _maker.Rewrap(
            _maker.Export(source),
            body =>
                body["attestations"] = new JsonArray([
                    .. Enumerable.Range(0, EvidenceFormat.MaxAttestations + 1).Select(_ => JsonValue.Create(0)),
                ])
        );
        var result = EvidenceVerifier.Verify(bundle);
        Assert.Equal(EvidenceStatus.Malformed, result.Status);
        Assert.Contains("more than 10000 attestations", result.Errors);
    }

    [Fact]
    public void A_forged_bundle_sends_nobody_to_a_gateway()
    {
        var bundle = _maker.Trace(2);
        Assert.Equal(["https://g.example/" + EvidenceMaker.TxId(1)], Urls(bundle));
        var text = Encoding.UTF8.GetString(bundle);
        Assert.Empty(Urls(Encoding.UTF8.GetBytes(text.Replace("acme", "acmf", StringComparison.Ordinal))));
        Assert.Empty(Urls("{"u8.ToArray()));
        Assert.Empty(Urls(_maker.Wrap("{}"u8.ToArray())));
        Assert.Empty(Urls(_maker.Wrap("{}"u8.ToArray(), "x/v1")));

        static IEnumerable<string> Urls(byte[] bytes) =>
            EvidenceVerifier.FindFetches(bytes, ["https://g.example/"]).Select(fetch => fetch.Url);
    }

    [Fact]
    public async Task Cancelling_ends_the_fetching_and_any_other_trouble_is_a_gateway_that_did_not_answer()
    {
        var bundle = _maker.Trace(1);
        var inputs = new EvidenceInputs { Gateways = ["https://g.example"] };
        var broken = await EvidenceVerifier.VerifyAsync(bundle, inputs, (_, _) => throw new IOException("reset"), CancellationToken.None);
        Assert.Equal((EvidenceStatus.Partial, 3), (broken.Status, broken.ExitCode));
        var late = await EvidenceVerifier.VerifyAsync(
            bundle,
            inputs,
            (_, _) => throw new TaskCanceledException("late"),
            CancellationToken.None
        );
        Assert.Equal(broken.Errors, late.Errors);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            EvidenceVerifier.VerifyAsync(
                bundle,
                inputs,
                (_, token) => ValueTask.FromCanceled<ReadOnlyMemory<byte>?>(token),
                cancelled.Token
            )
        );
    }

    [Fact]
    public void Gateways_without_a_way_to_them_leave_a_good_bundle_undecided()
    {
        var result = EvidenceVerifier.Verify(_maker.Trace(1), new EvidenceInputs { Gateways = ["https://g.example"] });
        Assert.Equal((EvidenceStatus.Partial, 3), (result.Status, result.ExitCode));
        Assert.Contains("on-chain re-fetch requested but no fetch implementation is available", result.Errors);
        Assert.Throws<ArgumentException>(() => new EvidenceInputs { Gateways = [.. Enumerable.Repeat("https://g.example", 17)] });
    }

    [Fact]
    public void A_garbage_answer_of_any_size_is_a_mismatch()
    {
        var fetch = Assert.Single(EvidenceVerifier.FindFetches(_maker.Trace(1), ["https://g.example"]));
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge(new byte[1 << 20]));
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge([]));
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge(Encoding.UTF8.GetBytes(new string('[', 1000))));
    }

    private static void Flip(JsonNode parent, string member)
    {
        var text = (string)parent[member]!;
        parent[member] = (text[0] == '0' ? '1' : '0') + text[1..];
    }

    private static void Flip(JsonNode list, int index)
    {
        var text = (string)list[index]!;
        list[index] = (text[0] == '0' ? '1' : '0') + text[1..];
    }

    private static bool IsOnlyCase(byte[] canonical, byte[] damaged)
    {
        var (one, two) = ((JsonObject)StrictJson.Parse(canonical)!, (JsonObject)StrictJson.Parse(damaged, DuplicateNames.KeepLast)!);
        foreach (var bundle in new[] { one, two })
        {
            bundle["signature"] = ((string)bundle["signature"]!).ToLowerInvariant();
        }

        return CanonicalJson.Canonicalize(one).AsSpan().SequenceEqual(CanonicalJson.Canonicalize(two));
    }
}
