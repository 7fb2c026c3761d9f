using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Forms;

/// <summary>What a bundle says it is, whom it speaks of, what its records follow, and how its wrapper sums it up.</summary>
public sealed class BundleKindTests
{
    [Theory]
    [InlineData("{\"body_type\":\"hallmark.evidence/v1\"}", BundleKind.Hallmark)]
    [InlineData("{\"body_type\":\"ario.anchor.trace/v1\"}", BundleKind.Wrapper)]
    [InlineData("{\"body_type\":\"hallmark.evidence/v2\"}", BundleKind.Wrapper)]
    [InlineData("{\"body_type\":\"\"}", BundleKind.Wrapper)]
    [InlineData("{\"body_type\":1}", BundleKind.Wrapper)]
    [InlineData("{\"spec_version\":\"ario.agent.proof/v1\"}", BundleKind.Inclusion)]
    [InlineData("{\"spec_version\":\"ario.agent.proof/v1\",\"body_type\":\"hallmark.evidence/v1\"}", BundleKind.Inclusion)]
    [InlineData("{\"spec_version\":\"ario.agent.proof/v2\",\"body_type\":\"hallmark.evidence/v1\"}", BundleKind.Hallmark)]
    [InlineData("{\"spec_version\":\"ario.evidence/v1\"}", BundleKind.Wrapper)]
    [InlineData("{\"body_type\":\"x\",\"body_type\":\"hallmark.evidence/v1\"}", BundleKind.Hallmark)] // the last value counts
    [InlineData("{\"body\":{\"body_type\":\"hallmark.evidence/v1\"}}", BundleKind.Wrapper)]
    [InlineData("{\"body_type\":\"\\ud800\"}", BundleKind.Wrapper)]
    [InlineData("[]", BundleKind.Wrapper)]
    [InlineData("null", BundleKind.Wrapper)]
    [InlineData("", BundleKind.Wrapper)]
    [InlineData("{\"hallmark.evidence/v1\",\"hashes_only\",\"verifier_key\"", BundleKind.Hallmark)] // no JSON, and three of its marks
    [InlineData("{\"hallmark.evidence/v1\",\"hashes_only\"", BundleKind.Wrapper)]
    public void A_bundle_is_what_it_says_or_what_its_marks_say_it_was(string text, BundleKind kind) =>
        Assert.Equal(kind, BundleKinds.Detect(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_file_that_is_nested_without_end_is_told_by_its_marks()
    {
        var deep = new string('[', 100_000);
        Assert.Equal(BundleKind.Wrapper, BundleKinds.Detect(Encoding.UTF8.GetBytes(deep)));
        Assert.Equal(BundleKind.Hallmark, BundleKinds.Detect(Encoding.UTF8.GetBytes("\"entries\" \"tree_size\" \"hashes_only\"" + deep)));
    }

    [Theory]
    [InlineData("run:r1", "{\"type\":\"mlflow_run\",\"run_id\":\"r1\"}", true)]
    [InlineData("run:r2", "{\"type\":\"mlflow_run\",\"run_id\":\"r1\"}", false)]
    [InlineData("run:r1", "{\"type\":\"mlflow_dataset\",\"run_id\":\"r1\"}", false)]
    [InlineData("run:r1", "{\"run_id\":\"r1\"}", false)]
    [InlineData("model:m/3", "{\"type\":\"mlflow_model_version\",\"name\":\"m\",\"version\":\"3\"}", true)]
    [InlineData("model:m/3", "{\"type\":\"mlflow_model_version\",\"name\":\"m\",\"version\":3}", false)]
    [InlineData("model:m/", "{\"type\":\"mlflow_model_version\",\"name\":\"m\"}", false)]
    [InlineData("model:/3", "{\"type\":\"mlflow_model_version\",\"version\":\"3\"}", false)]
    [InlineData("dataset:d", "{\"type\":\"mlflow_dataset\",\"name\":\"d\"}", true)]
    [InlineData("dataset:", "{\"type\":\"mlflow_dataset\"}", false)]
    [InlineData("prediction:p", "{\"type\":\"mlflow_prediction\",\"decision_id\":\"p\"}", true)]
    [InlineData("prediction:p", "{\"type\":\"mlflow_decision\",\"decision_id\":\"p\"}", false)]
    [InlineData("event:e1", "{\"type\":\"anything\"}", true)]
    [InlineData("event:e1", "null", true)]
    [InlineData("event:e2", "{\"type\":\"anything\"}", false)]
    [InlineData("Run:r1", "{\"type\":\"mlflow_run\",\"run_id\":\"r1\"}", false)]
    public void An_envelope_names_its_subject_by_its_own_words(string subject, string json, bool isNamed)
    {
        var envelope = JsonDocument.Parse($"{{\"event_id\":\"e1\",\"subject\":{json}}}").RootElement;
        Assert.Equal(isNamed, BundleSubject.Names(subject, "e1", envelope));
    }

    [Fact]
    public void An_event_without_an_id_has_no_subject_of_its_own()
    {
        var envelope = JsonDocument.Parse("{}").RootElement;
        Assert.False(BundleSubject.Names("event:", null, envelope));
        Assert.True(BundleSubject.Names("event:", "", envelope));
    }

    [Theory]
    [InlineData("{\"hallmark\":{\"previous\":{\"event_id\":\"p\"}}}", "p")]
    [InlineData("{\"hallmark\":{\"datasets\":[{\"event_id\":\"a\"},{\"event_id\":\"b\"}],\"previous\":{\"event_id\":\"p\"}}}", "a,b,p")]
    [InlineData("{\"hallmark\":{\"datasets\":[1,null,{},{\"event_id\":7},[],{\"event_id\":\"b\"}]}}", "b")]
    [InlineData("{\"hallmark\":{\"datasets\":{\"event_id\":\"a\"},\"previous\":\"p\"}}", "")]
    [InlineData("{\"hallmark\":[]}", "")]
    [InlineData("{\"previous\":{\"event_id\":\"p\"}}", "")]
    [InlineData("[]", "")]
    [InlineData("{\"hallmark\":{},\"hallmark\":{}}", "")]
    [InlineData("no JSON", "")]
    public void A_record_follows_the_events_that_it_names_and_whatever_else_it_holds_is_none(string record, string events) =>
        Assert.Equal(events, string.Join(',', RecordLinks.EventIds(Encoding.UTF8.GetBytes(record))));

    [Theory]
    [InlineData(CheckOutcome.Passed, "verified", "{\"failed\":0,\"undetermined\":0,\"verified\":1}")]
    [InlineData(CheckOutcome.Failed, "failed", "{\"failed\":1,\"undetermined\":0,\"verified\":0}")]
    [InlineData(CheckOutcome.NotRun, "partial", "{\"failed\":0,\"undetermined\":1,\"verified\":0}")]
    public void The_wrapper_sums_the_verdict_up_in_the_familys_words(CheckOutcome outcome, string status, string counts)
    {
        var verdict = new Verdict("model:m/3", [new Check { Name = "x", Outcome = outcome }]);
        var time = new DateTimeOffset(2026, 3, 1, 14, 0, 0, 5, TimeSpan.FromHours(2));
        var bundle = JsonNode.Parse(BundleSealer.Seal("a/v1", new JsonObject(), verdict, time, BundleScene.Key).Span)!;

        Assert.Equal("2026-03-01T12:00:00.005Z", (string?)bundle["generated_at"]);
        Assert.Equal("{\"kind\":\"issuer\",\"tool\":\"hallmark\"}", bundle["issuer"]!.ToJsonString());
        Assert.Equal(status, (string?)bundle["verdict"]!["status"]);
        Assert.Equal($"model:m/3: {(status == "partial" ? "incomplete" : status)}", (string?)bundle["verdict"]!["summary"]);
        Assert.Equal(counts, Encoding.UTF8.GetString(CanonicalJson.Canonicalize(bundle["verdict"]!["counts"])));
        Assert.Equal((string?)bundle["generated_at"], (string?)bundle["verdict"]!["as_of"]);
        Assert.Equal(("GENESIS", "a/v1"), ((string?)bundle["previous_hash"], (string?)bundle["body_type"]));
        Assert.Null(bundle["gateway"]);
    }

    [Fact]
    public void The_familys_verdict_passes_where_the_family_verifies()
    {
        var cases = JsonNode.Parse(
            File.ReadAllText(Testing.ProjectFiles.TestData("ario/evidence-bundles.json")),
            documentOptions: new() { MaxDepth = 1_000 }
        )!["cases"]!.AsArray();
        var bundle = CanonicalJson.Canonicalize(cases.Single(one => (string?)one!["id"] == "trace/one-window")!["bundle"]);
        var verdict = FamilyVerdict.Of("trace", bundle);
        Assert.Equal((VerdictStatus.Verified, true, ""), (verdict.Status, verdict.Checks[0].IsRequired, verdict.Checks[0].Detail));
    }

    [Fact]
    public void The_familys_verdict_is_open_where_it_cannot_look_into_the_body_and_failed_where_the_wrapper_is_broken()
    {
        var bundle = BundleSealer.Seal("a/v1", new JsonObject { ["a"] = 1 }, new Verdict("x", []), BundleScene.SignedAt, BundleScene.Key);
        Assert.Equal(EvidenceStatus.Partial, EvidenceVerifier.Verify(bundle.Span).Status);
        var open = FamilyVerdict.Of("trace", bundle);
        Assert.Equal((CheckOutcome.NotRun, false), (open.Checks[0].Outcome, open.Checks[0].IsRequired));
        Assert.Equal(("trace", "trace"), (open.Subject, open.Checks[0].Name));
        Assert.Contains("not verifiable by this kernel", open.Checks[0].Detail, StringComparison.Ordinal);

        var broken = bundle.ToArray();
        broken[broken.AsSpan().IndexOf("\"a\":1"u8) + 4] = (byte)'2';
        var failed = FamilyVerdict.Of("trace", broken);
        Assert.Equal((VerdictStatus.Failed, true), (failed.Status, failed.Checks[0].IsRequired));
        Assert.Contains("body_hash mismatch", failed.Checks[0].Detail, StringComparison.Ordinal);
        Assert.Equal(VerdictStatus.Failed, FamilyVerdict.Of("trace", "{}"u8.ToArray()).Status);
    }
}
