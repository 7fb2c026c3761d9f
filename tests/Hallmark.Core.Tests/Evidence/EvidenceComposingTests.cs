using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Wrappers, traces and exports that we make: the published bytes where they were published, and accepted by the verifier.</summary>
public sealed class EvidenceComposingTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void A_published_bundle_is_sealed_byte_for_byte_from_its_parts()
    {
        var sealedAgain = 0;
        foreach (var item in VectorFile.Cases("evidence-bundles.json"))
        {
            var published = item.GetProperty("bundle");
            if (!item.Text("id").StartsWith("trace/", StringComparison.Ordinal) || published.EnumerateObject().Count() != 12)
            {
                continue;
            }

            var bundle = (JsonObject)StrictJson.Parse(Encoding.UTF8.GetBytes(published.GetRawText()))!;
            if ((string)bundle["spec_version"]! != EvidenceFormat.Wrapper)
            {
                continue;
            }

            var made = EvidenceSealer.Seal(
                new EvidenceDraft
                {
                    BodyType = published.Text("body_type"),
                    Issuer = bundle["issuer"]!.AsObject(),
                    GeneratedAt = published.Text("generated_at"),
                    Verdict = bundle["verdict"]!.AsObject(),
                    Body = Encoding.UTF8.GetBytes(published.GetProperty("body").GetRawText()),
                    PreviousHash = published.Text("previous_hash"),
                },
                _maker.Key
            );
            Assert.Equal(CanonicalJson.Canonicalize(published), made.Bytes.ToArray());
            Assert.Equal(published.Text("body_hash"), made.BodyHash);
            sealedAgain++;
        }

        Assert.True(sealedAgain >= 5, $"{sealedAgain}");
    }

    [Fact]
    public void The_chain_hash_is_that_of_the_wrapper_without_its_signature()
    {
        var made = EvidenceSealer.Seal(Draft("{}"u8.ToArray()), _maker.Key);
        var wrapper = (JsonObject)StrictJson.Parse(made.Bytes.Span)!;
        Assert.True(wrapper.Remove("signature"));
        Assert.Equal(CanonicalJson.Sha256Hex(wrapper), made.ChainHash);
    }

    [Fact]
    public void Same_draft_key_and_time_give_the_same_bytes_in_whatever_form_the_body_came()
    {
        var one = EvidenceSealer.Seal(Draft("""{"b":1.0,"a":[]}"""u8.ToArray()), _maker.Key);
        var two = EvidenceSealer.Seal(Draft("""{ "a" : [ ], "b" : 1e0 }"""u8.ToArray()), _maker.Key);
        Assert.Equal(one.Bytes.ToArray(), two.Bytes.ToArray());
    }

    [Fact]
    public void A_body_that_would_stand_too_deep_in_the_wrapper_is_not_signed()
    {
        var deepest = Encoding.UTF8.GetBytes(new string('[', 127) + new string(']', 127));
        var result = EvidenceVerifier.Verify(EvidenceSealer.Seal(Draft(deepest), _maker.Key).Bytes.Span);
        Assert.Equal(EvidenceStatus.Partial, result.Status);
        var tooDeep = Encoding.UTF8.GetBytes(new string('[', 128) + new string(']', 128));
        Assert.Equal(JsonFault.TooDeep, Assert.Throws<JsonRejectedException>(() => EvidenceSealer.Seal(Draft(tooDeep), _maker.Key)).Fault);
    }

    [Fact]
    public void A_draft_without_kind_type_or_time_is_refused()
    {
        Assert.Throws<ArgumentException>(() => EvidenceSealer.Seal(Draft("1"u8.ToArray()) with { BodyType = "" }, _maker.Key));
        Assert.Throws<ArgumentException>(() => EvidenceSealer.Seal(Draft("1"u8.ToArray()) with { GeneratedAt = "" }, _maker.Key));
        Assert.Throws<ArgumentException>(() => EvidenceSealer.Seal(Draft("1"u8.ToArray()) with { Issuer = [] }, _maker.Key));
        Assert.Throws<JsonRejectedException>(() => EvidenceSealer.Seal(Draft("{"u8.ToArray()), _maker.Key));
    }

    [Fact]
    public void Any_part_of_any_window_makes_a_bundle_that_verifies()
    {
        var property = Prop.ForAll(
            Gen.Choose(1, 12).Two().ToArbitrary(),
            pair =>
            {
                var (events, step) = pair;
                var window = Enumerable.Range(0, events).Select(_maker.Event).ToArray();
                var (envelope, record) = _maker.Checkpoint(window);
                var composer = new TraceComposer();
                composer.AddWindow(EvidenceMaker.TxId(1), envelope, record, window, index => index % step == 0);
                var result = EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody()));
                return result.Status == EvidenceStatus.Verified
                    && result.Events.Count == (events + step - 1) / step
                    && result.Events.All(item => item.ContentOk == true)
                    && result.Findings.Count == 0;
            }
        );
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void A_withheld_record_leaves_the_bundle_partial_and_withheld_content_leaves_it_verified()
    {
        var withheld = EvidenceVerifier.Verify(_maker.Trace(3, item => item with { Record = null, Content = null }));
        Assert.Equal((EvidenceStatus.Partial, 0), (withheld.Status, withheld.ExitCode));
        Assert.All(withheld.Events, item => Assert.Null(item.PayloadBindingOk));
        var bare = EvidenceVerifier.Verify(_maker.Trace(3));
        Assert.Equal(EvidenceStatus.Verified, bare.Status);
        Assert.All(bare.Events, item => Assert.Null(item.ContentOk));
    }

    [Fact]
    public void A_trace_that_could_not_verify_is_not_composed()
    {
        var window = Enumerable.Range(0, 3).Select(_maker.Event).ToArray();
        var (envelope, record) = _maker.Checkpoint(window);
        var composer = new TraceComposer();
        Assert.Throws<ArgumentException>(() => composer.AddWindow(EvidenceMaker.TxId(1), envelope, record, window[..2]));
        Assert.Throws<ArgumentException>(() => composer.AddCheckpoint(EvidenceMaker.TxId(1), envelope, "{}"u8.ToArray()));
        Assert.Throws<JsonRejectedException>(() => composer.AddCheckpoint(EvidenceMaker.TxId(1), envelope, "{"u8.ToArray()));
        composer.AddWindow(EvidenceMaker.TxId(1), envelope, record, window);
        Assert.Throws<ArgumentException>(() => composer.AddCheckpoint(EvidenceMaker.TxId(1), envelope, record));
        var proof = new InclusionProof(0, 1, []);
        Assert.Throws<ArgumentException>(() => composer.AddEvent(window[0], EvidenceMaker.TxId(1), proof));
        Assert.Throws<ArgumentException>(() => composer.AddEvent(window[0], EvidenceMaker.TxId(2), proof));
        Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody())).Status);
    }

    [Fact]
    public void An_export_embeds_the_verdict_that_its_verifier_reaches()
    {
        var source = _maker.Trace(4);
        var made = ExportComposer.Compose(
            source,
            [EvidenceMaker.Attest(source), EvidenceMaker.Attest(source, payload => payload["level"] = "high")],
            _maker.Key,
            new ExportOptions
            {
                GeneratedAt = EvidenceMaker.GeneratedAt,
                IssuerId = "me",
                Gateway = "https://g.example",
            }
        );
        var result = EvidenceVerifier.Verify(made.Evidence.Bytes.Span);
        Assert.Equal((EvidenceStatus.Verified, 0, 0), (result.Status, result.ExitCode, made.ExitCode));
        var export = result.Export!;
        Assert.True(export is { SourceLinkageOk: true, VerdictAgreementOk: true, SourceStatus: EvidenceStatus.Verified });
        Assert.Equal([3L, null], export.Attestations.Select(attestation => attestation.Level));
        var embedded = StrictJson.Parse(made.Evidence.Bytes.Span)!["body"]!["kernel_verdict"];
        Assert.Equal(CanonicalJson.Canonicalize(embedded), CanonicalJson.Canonicalize(export.Verdict));
        Assert.Equal(
            "Export verified: source bundle verified (4 event(s) across 1 checkpoint(s)); 2/2 operator attestation(s) valid.",
            (string)export.Verdict["summary"]!
        );
        Assert.Equal(EvidenceMaker.GeneratedAt, (string)export.Verdict["as_of"]!);
        Assert.Equal(made.SourceBundleHash, CanonicalJson.Sha256Hex(StrictJson.Parse(source)));
    }

    [Fact]
    public void A_failed_export_is_made_too_and_says_so()
    {
        var source = _maker.Trace(2);
        var made = ExportComposer.Compose(
            source,
            [EvidenceMaker.Attest(source, payload => payload["data_hash"] = new string('0', 64))],
            _maker.Key,
            new ExportOptions { GeneratedAt = EvidenceMaker.GeneratedAt }
        );
        Assert.Equal((EvidenceStatus.Failed, 1), (made.Status, made.ExitCode));
        var result = EvidenceVerifier.Verify(made.Evidence.Bytes.Span);
        Assert.Equal(1, result.ExitCode);
        Assert.True(result.Export!.VerdictAgreementOk);
    }

    [Fact]
    public void Signatures_of_attestations_are_stored_in_lower_case_hex_and_the_records_handed_in_stay_as_they_are()
    {
        var source = _maker.Trace(1);
        var record = EvidenceMaker.Attest(source);
        var hex = (string)record["signature"]!;
        var inBase64Url = record.DeepClone().AsObject();
        inBase64Url["signature"] = System.Buffers.Text.Base64Url.EncodeToString(Convert.FromHexString(hex));
        var inCapitals = record.DeepClone().AsObject();
        inCapitals["signature"] = hex.ToUpperInvariant();
        var before = inBase64Url.ToJsonString();
        var body = StrictJson.Parse(_maker.Export(source, record, inBase64Url, inCapitals))!["body"]!;
        Assert.All(body["attestations"]!.AsArray(), item => Assert.Equal(hex, (string)item!["signature"]!));
        Assert.Equal(before, inBase64Url.ToJsonString());
    }

    [Fact]
    public void What_is_no_source_and_no_attestation_is_refused_as_bad_input()
    {
        var source = _maker.Trace(1);
        var options = new ExportOptions { GeneratedAt = EvidenceMaker.GeneratedAt };
        Assert.Throws<BadInputException>(() => ExportComposer.Compose("{"u8, [], _maker.Key, options));
        Assert.Throws<BadInputException>(() => ExportComposer.Compose("[]"u8, [], _maker.Key, options));
        var record = EvidenceMaker.Attest(source);
        foreach (var signature in new[] { "!", "aé", null })
        {
            record["signature"] = signature;
            Assert.Throws<BadInputException>(() => ExportComposer.Compose(source, [record], _maker.Key, options));
        }

        var unknown = EvidenceMaker.Attest(source);
        unknown["signature_alg"] = "ed25519";
        var refusal = Assert.Throws<BadInputException>(() => ExportComposer.Compose(source, [unknown], _maker.Key, options));
        Assert.Contains("unsupported attestation signature_alg: 'ed25519'", refusal.Message, StringComparison.Ordinal);
    }

    private static EvidenceDraft Draft(byte[] body) =>
        new()
        {
            BodyType = "x/v1",
            Issuer = new JsonObject { ["kind"] = "producer" },
            GeneratedAt = EvidenceMaker.GeneratedAt,
            Verdict = new JsonObject { ["status"] = "verified" },
            Body = body,
        };
}
