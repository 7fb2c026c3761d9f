using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>
/// What is said of an attested export that does not hold, and in what it must agree with what is found here. Whoever gets one refused has only these words; whoever gets one accepted relies on
/// every dimension of the cached verdict having been compared.
/// </summary>
public sealed class ExportAnswerTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();
    private readonly byte[] _source;
    private readonly byte[] _export;

    public ExportAnswerTests()
    {
        _source = _maker.Trace(2);
        _export = _maker.Export(_source, EvidenceMaker.Attest(_source));
    }

    /// <summary>The dimensions that are compared (envelope.md §15.2), by their place in the cached verdict.</summary>
    public static TheoryData<string> Compared =>
        [
            "schema_version",
            "events.1.event_id",
            "events.0.signature_ok",
            "events.0.payload_bound",
            "events.1.inclusion_ok",
            "events.0.content_ok",
            "checkpoints.0.checkpoint_tx_id",
            "checkpoints.0.merkle_root_ok",
            "checkpoints.0.attestations.0.operator",
            "checkpoints.0.attestations.0.signature_ok",
            "checkpoints.0.attestations.0.operator_address_bound",
            "checkpoints.0.attestations.0.data_hash_bound",
            "checkpoints.0.attestations.0.subject_ref_ok",
        ];

    /// <summary>Those that depend on time or network, or that a later version may add.</summary>
    public static TheoryData<string> Ignored =>
        [
            "status",
            "summary",
            "as_of",
            "counts",
            "custody_chain",
            "surprise",
            "events.0.status",
            "events.0.surprise",
            "checkpoints.0.on_chain",
            "checkpoints.0.surprise",
            "checkpoints.0.attestations.0.level",
            "checkpoints.0.attestations.0.gateway",
        ];

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void The_export_as_it_was_made_agrees_with_what_is_found()
    {
        var result = EvidenceVerifier.Verify(_export);
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.Equal((true, true), (result.Export!.SourceLinkageOk, result.Export.VerdictAgreementOk));
        Assert.Equal((EvidenceStatus.Verified, EvidenceStatus.Verified), (result.Export.SourceStatus, result.Export.Status));
        Assert.Empty(result.Errors);
        Assert.Equal((1, 2, 1), (result.Checkpoints.Count, result.Events.Count, result.Export.Attestations.Count));
        Assert.Equal(EvidenceMaker.GeneratedAt, (string?)result.Export.Verdict["as_of"]);
    }

    [Theory]
    [MemberData(nameof(Compared))]
    public void A_cached_verdict_that_says_something_else_is_refused_however_the_rest_holds(string place)
    {
        foreach (var value in new JsonNode?[] { "another", 7, new JsonObject() })
        {
            var result = EvidenceVerifier.Verify(Cached(verdict => Set(verdict, place, value)));
            Assert.Equal(EvidenceStatus.Failed, result.Status);
            Assert.Equal((true, false), (result.Export!.SourceLinkageOk, result.Export.VerdictAgreementOk));
            Assert.Equal((EvidenceStatus.Verified, EvidenceStatus.Failed), (result.Export.SourceStatus, result.Export.Status));
            Assert.Equal(
                "recomputed verdict disagrees with the cached kernel_verdict (deterministic dimensions) — recompute-don't-trust",
                Assert.Single(result.Errors)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Ignored))]
    public void What_depends_on_time_or_network_is_not_compared(string place)
    {
        foreach (var value in new JsonNode?[] { null, "another", new JsonArray() })
        {
            Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(Cached(verdict => Set(verdict, place, value))).Status);
        }
    }

    [Theory]
    [InlineData("events.0.content_ok")]
    [InlineData("checkpoints.0.attestations.0.subject_ref_ok")]
    public void A_member_that_is_missing_is_the_same_as_one_that_is_null(string place) =>
        Assert.Equal(EvidenceStatus.Verified, EvidenceVerifier.Verify(Cached(verdict => Take(verdict, place))).Status);

    [Theory]
    [InlineData("events.0.signature_ok")]
    [InlineData("events")]
    [InlineData("checkpoints")]
    [InlineData("checkpoints.0.attestations")]
    [InlineData("schema_version")]
    public void A_member_that_was_not_null_cannot_be_left_out(string place) =>
        Assert.False(EvidenceVerifier.Verify(Cached(verdict => Take(verdict, place))).Export!.VerdictAgreementOk);

    [Fact]
    public void The_order_of_events_is_compared() =>
        Assert.False(
            EvidenceVerifier
                .Verify(
                    Cached(verdict =>
                    {
                        var events = verdict["events"]!.AsArray();
                        var first = events[0]!.DeepClone();
                        events.RemoveAt(0);
                        events.Add(first);
                    })
                )
                .Export!.VerdictAgreementOk
        );

    [Fact]
    public void Lists_that_are_missing_are_empty_ones()
    {
        var nothing = _maker.Wrap("{\"checkpoints\":[],\"events\":[]}"u8.ToArray());
        var export = _maker.Export(nothing);
        Assert.Equal(
            EvidenceVerifier.Verify(export).Status,
            EvidenceVerifier.Verify(Cached(verdict => verdict.Remove("events"), export)).Status
        );
        Assert.True(EvidenceVerifier.Verify(Cached(verdict => verdict["events"] = "none", export)).Export!.VerdictAgreementOk);
    }

    [Fact]
    public void A_source_that_is_not_the_hashed_one_is_named_by_both_hashes()
    {
        var claimed = new string('0', 64);
        var result = EvidenceVerifier.Verify(_maker.Rewrap(_export, body => body["source_bundle_hash"] = claimed));
        Assert.Equal(
            (EvidenceStatus.Failed, false, true),
            (result.Status, result.Export!.SourceLinkageOk, result.Export.VerdictAgreementOk)
        );
        Assert.Equal(
            $"source_bundle_hash mismatch: body={claimed} recomputed={CanonicalJson.Sha256Hex(StrictJson.Parse(_source))}",
            Assert.Single(result.Errors)
        );
    }

    [Fact]
    public void The_hash_of_the_source_in_capitals_is_another_text()
    {
        var capitals = CanonicalJson.Sha256Hex(StrictJson.Parse(_source)).ToUpperInvariant();
        Assert.False(
            EvidenceVerifier.Verify(_maker.Rewrap(_export, body => body["source_bundle_hash"] = capitals)).Export!.SourceLinkageOk
        );
    }

    [Theory]
    [InlineData("source_bundle_hash", "export body missing source_bundle_hash")]
    [InlineData("attestations", "export body missing attestations[]")]
    [InlineData("kernel_verdict", "export body missing kernel_verdict")]
    public void A_body_without_a_member_names_it_and_keeps_what_is_known_of_the_wrapper(string member, string error)
    {
        foreach (var value in new JsonNode?[] { null, 7, true })
        {
            var result = EvidenceVerifier.Verify(_maker.Rewrap(_export, body => body[member] = value?.DeepClone()));
            Assert.Equal((EvidenceStatus.Malformed, error), (result.Status, Assert.Single(result.Errors)));
            Assert.Equal((true, true, 2), (result.BodyHashOk, result.SignatureOk, result.ExitCode));
            Assert.Null(result.Export);
        }

        Assert.Equal(error, EvidenceVerifier.Verify(_maker.Rewrap(_export, body => body.Remove(member))).Errors[0]);
    }

    [Fact]
    public void Of_several_missing_members_the_hash_is_named_first_and_the_verdict_last()
    {
        var none = _maker.Wrap("{}"u8.ToArray(), EvidenceFormat.Export);
        Assert.Equal("export body missing source_bundle_hash", EvidenceVerifier.Verify(none).Errors[0]);
        var hash = _maker.Wrap("{\"source_bundle_hash\":\"\"}"u8.ToArray(), EvidenceFormat.Export);
        Assert.Equal("export body missing attestations[]", EvidenceVerifier.Verify(hash).Errors[0]);
        var list = _maker.Wrap("{\"source_bundle_hash\":\"\",\"attestations\":[]}"u8.ToArray(), EvidenceFormat.Export);
        Assert.Equal("export body missing kernel_verdict", EvidenceVerifier.Verify(list).Errors[0]);
    }

    [Fact]
    public void A_body_that_is_no_object_is_said_to_be_none() =>
        Assert.Equal(
            "export body is not a JSON object",
            EvidenceVerifier.Verify(_maker.Wrap("[]"u8.ToArray(), EvidenceFormat.Export)).Errors[0]
        );

    [Fact]
    public void A_source_that_is_named_only_is_never_fetched_and_leaves_the_answer_open()
    {
        foreach (var body in new Action<JsonObject>[] { body => body.Remove("source_bundle"), body => body["source_bundle"] = null })
        {
            var result = EvidenceVerifier.Verify(_maker.Rewrap(_export, body));
            Assert.Equal((EvidenceStatus.Partial, 3), (result.Status, result.ExitCode));
            Assert.Contains(
                "bytes unavailable offline; source-dependent checks undetermined",
                Assert.Single(result.Errors),
                StringComparison.Ordinal
            );
            Assert.Null(result.Export);
        }
    }

    [Fact]
    public void What_was_said_of_the_source_is_said_again_under_its_name()
    {
        var broken = _maker.Rewrap(_source, body => body["events"]![0]!["record_bytes"] = "00");
        var export = _maker.Rewrap(_export, body => Replace(body, broken));
        var result = EvidenceVerifier.Verify(export);
        var source = EvidenceVerifier.Verify(broken);
        Assert.Equal(EvidenceStatus.Failed, result.Export!.SourceStatus);
        Assert.Equal(
            source.Errors.Select(error => "source: " + error),
            result.Errors.Where(error => error.StartsWith("source: ", StringComparison.Ordinal))
        );
        Assert.Equal(source.Events.Select(item => item.IsOk), result.Events.Select(item => item.IsOk));
    }

    [Fact]
    public void One_attestation_that_fails_fails_the_export_and_is_counted()
    {
        var other = EvidenceMaker.Attest(_source, payload => payload["data_hash"] = new string('0', 64));
        var export = _maker.Export(_source, EvidenceMaker.Attest(_source), other);
        var result = EvidenceVerifier.Verify(export);
        Assert.Equal((EvidenceStatus.Failed, EvidenceStatus.Verified), (result.Status, result.Export!.SourceStatus));
        Assert.True(result.Export.VerdictAgreementOk);
        Assert.Equal([true, false], result.Export.Attestations.Select(attestation => attestation.IsOk));
        Assert.Contains("1/2 operator attestation(s) valid.", (string?)result.Export.Verdict["summary"], StringComparison.Ordinal);
        Assert.Equal((3, 1), ((int)result.Export.Verdict["counts"]!["verified"]!, (int)result.Export.Verdict["counts"]!["failed"]!));
    }

    [Fact]
    public void The_first_malformed_attestation_names_itself_and_what_was_found_before_stays_said()
    {
        var malformed = new JsonObject { ["payload"] = 7 };
        var result = EvidenceVerifier.Verify(
            _maker.Rewrap(
                _export,
                body =>
                {
                    body["source_bundle_hash"] = "x";
                    body["attestations"]!.AsArray().Add((JsonNode)malformed);
                    body["attestations"]!.AsArray().Add((JsonNode)"not an object");
                }
            )
        );
        Assert.Equal(EvidenceStatus.Malformed, result.Status);
        Assert.Equal(2, result.Errors.Count);
        Assert.StartsWith("source_bundle_hash mismatch: body=x ", result.Errors[0], StringComparison.Ordinal);
        Assert.EndsWith("missing payload", result.Errors[1], StringComparison.Ordinal);
    }

    private static void Replace(JsonObject body, byte[] source)
    {
        body["source_bundle"] = StrictJson.Parse(source)!.DeepClone();
        body["source_bundle_hash"] = CanonicalJson.Sha256Hex(body["source_bundle"]);
    }

    private byte[] Cached(Action<JsonObject> change, byte[]? export = null) =>
        _maker.Rewrap(export ?? _export, body => change(body["kernel_verdict"]!.AsObject()));

    private static void Set(JsonObject verdict, string place, JsonNode? value)
    {
        var (parent, name) = Find(verdict, place);
        parent[name] = value?.DeepClone();
    }

    private static void Take(JsonObject verdict, string place)
    {
        var (parent, name) = Find(verdict, place);
        Assert.True(parent.Remove(name), place);
    }

    private static (JsonObject Parent, string Name) Find(JsonObject verdict, string place)
    {
        var names = place.Split('.');
        JsonNode node = verdict;
        foreach (var name in names[..^1])
        {
            node = node is JsonArray items ? items[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : node[name]!;
        }

        return (node.AsObject(), names[^1]);
    }
}
