using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>What the proof command line is built on: files of either kind, their lines and exit codes, and the files handed in beside them.</summary>
public sealed class ProofFileTests : IDisposable
{
    private const string Seed = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void A_file_is_told_by_its_version_and_everything_unknown_is_taken_for_an_evidence_bundle()
    {
        foreach (var item in VectorFile.Cases("agent-proofs.json"))
        {
            var bundle = item.GetProperty("bundle");
            var result = ProofFile.Verify(Encoding.UTF8.GetBytes(bundle.GetRawText()));
            Assert.Equal(item.GetProperty("expect").GetProperty("ok").GetBoolean(), result.ExitCode == 0);
            var isNamed = bundle.ValueKind == System.Text.Json.JsonValueKind.Object && bundle.TryGetProperty("spec_version", out _);
            Assert.Equal(isNamed, result.Inclusion is not null);
            Assert.Equal(!isNamed, result.Evidence is not null);
        }

        Assert.NotNull(ProofFile.Verify(_maker.Trace(1)).Evidence);
        foreach (var garbage in new[] { "", "{", "[]", "null", """{"spec_version":7}""", """{"spec_version":"\ud800"}""" })
        {
            var result = ProofFile.Verify(Encoding.UTF8.GetBytes(garbage));
            Assert.Equal(2, result.ExitCode);
            Assert.NotNull(result.Evidence);
            Assert.StartsWith("MALFORMED  x.json", result.ToLines("x.json")[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_last_version_of_a_file_that_names_two_counts()
    {
        var proof = ProofFile.Verify("""{"spec_version":"ario.evidence/v1","spec_version":"ario.agent.proof/v1"}"""u8);
        Assert.Equal(["bundle missing checkpoint_envelope"], proof.Errors);
        var nested = ProofFile.Verify("""{"a":{"spec_version":"ario.agent.proof/v1"}}"""u8);
        Assert.NotNull(nested.Evidence);
    }

    [Fact]
    public void The_lines_say_what_holds_and_what_does_not()
    {
        var source = _maker.Trace(2, item => item with { Record = item.Record });
        var lines = ProofFile.Verify(_maker.Export(source, EvidenceMaker.Attest(source))).ToLines("e.json");
        Assert.Equal(
            [
                "Evidence bundle  e.json",
                "  body_type     ario.evidence.export/v1",
                "  wrapper       sig ✓  body_hash ✓  spec ✓",
                "",
                "  Checkpoints",
                "    ✓ kJ7vX2pQ…GH01  envelope ✓  root ✓",
                "",
                "  Events",
                "    ✓ 00000000…  sig ✓  record ✓  inclusion ✓  logs ✓",
                "    ✓ 00000000…  sig ✓  record ✓  inclusion ✓  logs ✓",
                "",
                "  Attested export",
                "    source linkage ✓  verdict agreement ✓",
                "    Operator attestations",
                $"      ✓ {EvidenceMaker.OperatorAddress[..8]}…  sig ✓  operator ✓  data_hash ✓",
                "",
                "VERIFIED  verified offline (no gateway re-fetch requested)",
                "  logs: 2/2 disclosed verified",
            ],
            lines
        );
    }

    [Fact]
    public void The_lines_of_a_bundle_that_does_not_hold_name_the_part_and_contradict_its_maker()
    {
        var bundle = _maker.Rewrap(_maker.Trace(1), body => body["events"]![0]!["record_bytes"] = "00");
        var lines = ProofFile.Verify(bundle).ToLines("e.json");
        Assert.Contains("    ✗ 00000000…  sig ✗  record ✗  inclusion ✓", lines);
        Assert.Contains("        - event record does not bind to payload_hash", lines);
        Assert.Contains("  (producer asserted \"verified\"; recomputed verdict is \"failed\" — recomputed wins)", lines);
        var withheld = ProofFile.Verify(_maker.Trace(1, item => item with { Record = null, Content = null })).ToLines("e.json");
        Assert.Contains("    ✓ 00000000…  sig ✓  ~ record withheld  inclusion ✓", withheld);
    }

    [Fact]
    public async Task The_lines_say_how_many_gateways_were_asked()
    {
        var result = await ProofFile.VerifyAsync(
            _maker.Trace(1),
            new EvidenceInputs { Gateways = ["https://g1.example", "https://g2.example"] },
            (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>?>("{}"u8.ToArray()),
            CancellationToken.None
        );
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("    ✗ kJ7vX2pQ…GH01  envelope ✓  root ✓  on-chain ✗", result.ToLines("e"));
        Assert.Contains("FAILED  verified offline + on-chain against 2 gateway(s)", result.ToLines("e"));
    }

    [Fact]
    public void The_lines_of_an_inclusion_bundle_say_where_the_leaf_stands()
    {
        var bundle = VectorFile.Cases("agent-proofs.json").Single(item => item.Text("id") == "ok-1").GetProperty("bundle").GetRawText();
        var lines = ProofFile.Verify(Encoding.UTF8.GetBytes(bundle)).ToLines("p.json");
        Assert.Equal("Agent inclusion proof  p.json", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("  leaf          index 1 / ", StringComparison.Ordinal));
        Assert.Equal("VERIFIED  verified offline (no gateway re-fetch requested)", lines[^1]);
    }

    [Fact]
    public void The_JSON_is_the_family_s_result_with_the_exit_code_and_our_findings_beside_it()
    {
        var bundle = VectorFile.Cases("evidence-bundles.json").Single(item => item.Text("id") == "events/duplicated-event");
        var json = ProofFile.Verify(Encoding.UTF8.GetBytes(bundle.GetProperty("bundle").GetRawText())).ToJson();
        Assert.Equal(EvidenceFinding.EventDuplicated, (string)json["findings"]![0]!["code"]!);
        Assert.True(json.Remove("findings"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(bundle.GetProperty("expect").GetRawText()), json));
    }

    [Fact]
    public void Disclosed_content_is_hex_where_it_looks_like_it_and_text_everywhere_else()
    {
        var content = DisclosedContent.Read("""{"a":"00ff","b":"00F","c":"00FF","d":"","e":"é"}"""u8);
        Assert.Equal(["00ff", "303046", "30304646", "", "c3a9"], content.Values);
        foreach (var bad in new[] { "[]", "{", """{"a":1}""", "null" })
        {
            Assert.Throws<BadInputException>(() => DisclosedContent.Read(Encoding.UTF8.GetBytes(bad)));
        }
    }

    [Fact]
    public void Disclosed_content_binds_or_fails_the_event_it_belongs_to()
    {
        var bundle = _maker.Trace(2);
        var id = EvidenceVerifier.Verify(bundle).Events[1].EventId;
        Assert.True(Disclose("content 1").Events[1].ContentOk);
        Assert.Null(Disclose("content 1").Events[0].ContentOk);
        Assert.Equal(1, Disclose("content 2").ExitCode);

        EvidenceVerification Disclose(string text) =>
            EvidenceVerifier.Verify(
                bundle,
                new EvidenceInputs { DisclosedContent = DisclosedContent.Read(Encoding.UTF8.GetBytes($$"""{"{{id}}":"{{text}}"}""")) }
            );
    }

    [Theory]
    [InlineData(Seed)]
    [InlineData("\n " + Seed + " \r\n")]
    [InlineData("{\"privateKey\":\"" + Seed + "\"}")]
    [InlineData("{\"x\":[{}],\"seed\":\"" + Seed + "\"}")]
    [InlineData("{\"private_key\":\" " + Seed + "\"}")]
    [InlineData("{\"seed\":\"00\",\"privateKey\":\"" + Seed + "\"}")]
    public void A_key_file_is_hex_or_JSON_with_hex_in_it(string text)
    {
        using var key = ExporterKey.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(_maker.Key.PublicKey, key.PublicKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("00" + Seed)]
    [InlineData("zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("{\"privateKey\":7,\"other\":\"" + Seed + "\"}")]
    [InlineData("{\"privateKey\":\"0123456789abcdef")]
    public void A_file_without_a_seed_is_refused_and_none_of_it_is_shown(string text)
    {
        var refusal = Assert.Throws<BadInputException>(() => ExporterKey.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Null(refusal.InnerException);
        Assert.DoesNotContain("0123456789", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Attestations_are_a_list_or_an_object_with_one()
    {
        var record = EvidenceMaker.Attest(_maker.Trace(1)).ToJsonString();
        Assert.Single(AttestationList.Read(Encoding.UTF8.GetBytes($"[{record}]")));
        Assert.Equal(2, AttestationList.Read(Encoding.UTF8.GetBytes($$"""{"attestations":[{{record}},{{record}}]}""")).Count);
        foreach (var bad in new[] { "{}", "[1]", "[{},1]", "7", "{", """{"attestations":{}}""" })
        {
            Assert.Throws<BadInputException>(() => AttestationList.Read(Encoding.UTF8.GetBytes(bad)));
        }
    }
}
