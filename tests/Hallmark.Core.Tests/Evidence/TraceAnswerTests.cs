using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>What is said of a trace: its status where not everything could be told, and the words of what the family's verifiers pass over.</summary>
public sealed class TraceAnswerTests : IDisposable
{
    private const string Gateway = "https://g1.example";
    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Theory]
    [InlineData("checkpoints")]
    [InlineData("events")]
    public void A_body_without_its_two_lists_is_malformed_and_says_which_they_are(string member)
    {
        foreach (var value in new JsonNode?[] { null, "x", new JsonObject() })
        {
            var result = EvidenceVerifier.Verify(_maker.Rewrap(_maker.Trace(1), body => body[member] = value));
            Assert.Equal((EvidenceStatus.Malformed, 2), (result.Status, result.ExitCode));
            Assert.Equal("ario.anchor.trace/v1 body must have checkpoints[] and events[]", Assert.Single(result.Errors));
            Assert.Equal((false, false), (result.BodyHashOk, result.SignatureOk)); // as the reference has it
            Assert.Empty(result.Checkpoints);
            Assert.Empty(result.Events);
        }

        Assert.Empty(EvidenceVerifier.FindFetches(_maker.Rewrap(_maker.Trace(1), body => body.Remove(member)), [Gateway]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(40)]
    public void Any_number_of_events_is_verified_each_in_its_place(int count)
    {
        var bundle = _maker.Trace(count);
        var result = EvidenceVerifier.Verify(bundle);
        Assert.Equal((EvidenceStatus.Verified, 0, false), (result.Status, result.ExitCode, result.OnChainChecked));
        Assert.Equal(
            Enumerable.Range(0, count).Select(number => $"00000000-0000-4000-8000-{number:000000000000}"),
            result.Events.Select(item => item.EventId)
        );
        for (var changed = 0; changed < count; changed += 7)
        {
            var at = changed;
            var broken = EvidenceVerifier.Verify(_maker.Rewrap(bundle, body => body["events"]![at]!["inclusion"]!["leaf_index"] = at + 1));
            Assert.Equal(EvidenceStatus.Failed, broken.Status);
            Assert.Equal([at], Enumerable.Range(0, count).Where(i => !broken.Events[i].IsOk));
        }
    }

    [Fact]
    public void A_bundle_without_a_checkpoint_proves_nothing_and_one_with_a_withheld_record_not_all()
    {
        var none = _maker.Wrap("{\"checkpoints\":[],\"events\":[]}"u8.ToArray());
        Assert.Equal((EvidenceStatus.Partial, 0), (EvidenceVerifier.Verify(none).Status, EvidenceVerifier.Verify(none).ExitCode));
        var withheld = EvidenceVerifier.Verify(_maker.Trace(2, item => item with { Record = null, Content = null }));
        Assert.Equal((EvidenceStatus.Partial, 0), (withheld.Status, withheld.ExitCode));
        Assert.All(withheld.Events, item => Assert.Null(item.PayloadBindingOk));
        Assert.All(withheld.Events, item => Assert.True(item.IsOk));
    }

    [Fact]
    public void What_was_to_be_asked_and_could_not_be_is_said_in_two_sentences()
    {
        var result = EvidenceVerifier.Verify(_maker.Trace(1), new EvidenceInputs { Gateways = [Gateway] });
        Assert.Equal((EvidenceStatus.Partial, 3, true), (result.Status, result.ExitCode, result.OnChainChecked));
        Assert.Equal(
            [
                "on-chain re-fetch requested but no fetch implementation is available",
                "one or more checkpoints could not be re-fetched from the supplied gateways",
            ],
            result.Errors
        );
        Assert.All(result.Checkpoints, checkpoint => Assert.Null(checkpoint.OnChain));
    }

    [Fact]
    public void A_gateway_that_does_not_answer_leaves_it_open_and_one_that_contradicts_fails_it()
    {
        var silent = Ask(_maker.Trace(1), []);
        Assert.Equal((EvidenceStatus.Partial, 3), (silent.Status, silent.ExitCode));
        Assert.Equal("one or more checkpoints could not be re-fetched from the supplied gateways", Assert.Single(silent.Errors));
        Assert.Equal(GatewayOutcome.Unreachable, Assert.Single(silent.Checkpoints).OnChain!.Rollup);

        var contradicted = Ask(_maker.Trace(1), new() { [Url(1)] = GatewayOutcome.Mismatch });
        Assert.Equal((EvidenceStatus.Failed, 1), (contradicted.Status, contradicted.ExitCode));
        Assert.False(Assert.Single(contradicted.Checkpoints).IsOk);
        Assert.Empty(contradicted.Errors);

        var confirmed = Ask(_maker.Trace(1), new() { [Url(1)] = GatewayOutcome.Confirm });
        Assert.Equal((EvidenceStatus.Verified, 0, true), (confirmed.Status, confirmed.ExitCode, confirmed.OnChainChecked));
        Assert.True(Assert.Single(confirmed.Checkpoints).OnChain!.IsOk);
    }

    [Fact]
    public void A_failed_part_is_a_failure_whether_gateways_answer_or_not()
    {
        var broken = _maker.Rewrap(_maker.Trace(1), body => body["events"]![0]!["inclusion"]!["checkpoint_tx_id"] = "elsewhere");
        var result = Ask(broken, []);
        Assert.Equal((EvidenceStatus.Failed, 1), (result.Status, result.ExitCode));
        Assert.False(Assert.Single(result.Events).CheckpointBound);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void Each_transaction_is_asked_for_once_at_each_gateway_and_compared_with_the_envelope_that_came_first()
    {
        var first = (JsonObject)StrictJson.Parse(_maker.Trace(1))!["body"]!["checkpoints"]![0]!.DeepClone();
        var bundle = _maker.Rewrap(
            _maker.Trace(1),
            body =>
            {
                var again = first.DeepClone().AsObject();
                again["envelope"]!["event_id"] = "another";
                body["checkpoints"]!.AsArray().Add((JsonNode)again);
                body["checkpoints"]!.AsArray().Add((JsonNode)new JsonObject { ["tx_id"] = "none" });
                body["checkpoints"]!.AsArray().Add((JsonNode)new JsonObject { ["tx_id"] = 7 });
            }
        );
        var fetches = EvidenceVerifier.FindFetches(bundle, [Gateway + "//", "https://g2.example"]);
        Assert.Equal(
            [Url(1), Gateway + "/none", $"https://g2.example/{EvidenceMaker.TxId(1)}", "https://g2.example/none"],
            fetches.Select(fetch => fetch.Url)
        );
        Assert.Equal(GatewayOutcome.Confirm, fetches[0].Judge(CanonicalJson.Canonicalize(first["envelope"])));
        Assert.Equal(GatewayOutcome.Confirm, fetches[1].Judge("null"u8));
        Assert.Equal(GatewayOutcome.Mismatch, fetches[1].Judge("{}"u8));

        var result = EvidenceVerifier.Verify(bundle);
        Assert.Contains(result.Checkpoints[1].Errors, error => error.Contains("duplicate checkpoint tx_id", StringComparison.Ordinal));
        Assert.Contains(result.Checkpoints[3].Errors, error => error.Contains("checkpoint missing tx_id", StringComparison.Ordinal));
    }

    [Fact]
    public void A_chain_that_forks_breaks_or_speaks_of_other_leaves_is_told_with_the_places()
    {
        var genesis = EnvelopeDrafts.Genesis;
        var elsewhere = new string('a', 64);
        var forked = Chain([genesis, genesis]);
        Assert.Equal(
            new EvidenceFinding(
                EvidenceFinding.ChainForked,
                EvidenceMaker.TxId(1),
                $"another checkpoint of its chain also follows {genesis}"
            ),
            Assert.Single(forked)
        );
        var broken = Chain([genesis, elsewhere]);
        Assert.Equal(
            new EvidenceFinding(
                EvidenceFinding.ChainBroken,
                EvidenceMaker.TxId(1),
                $"it follows {elsewhere}, which is no checkpoint of this bundle"
            ),
            Assert.Single(broken)
        );
    }

    [Theory]
    [InlineData("batcher:1", true)]
    [InlineData("batcher:2", false)]
    public void A_checkpoint_of_another_chain_forks_nothing(string chain, bool isForked)
    {
        var composer = new TraceComposer();
        TraceItem[] window = [_maker.Event(1)];
        var (envelope, record) = _maker.Checkpoint(window);
        composer.AddWindow(EvidenceMaker.TxId(1), envelope, record, window);
        var other = StrictJson.Parse(_maker.Checkpoint([_maker.Event(2)]).Record)!.AsObject();
        other["context"]!["chain_key"] = chain;
        var bytes = CanonicalJson.Canonicalize(other);
        composer.AddCheckpoint(EvidenceMaker.TxId(2), _maker.Seal(bytes, 900_001), bytes);
        Assert.Equal(
            isForked ? [EvidenceFinding.ChainForked] : [],
            EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody())).Findings.Select(finding => finding.Code)
        );
    }

    [Fact]
    public void An_event_that_stands_twice_is_told_from_two_events_of_one_id()
    {
        var one = _maker.Rewrap(_maker.Trace(1), body => body["events"]!.AsArray().Add(body["events"]![0]!.DeepClone()));
        Assert.Equal(
            new EvidenceFinding(
                EvidenceFinding.EventDuplicated,
                "00000000-0000-4000-8000-000000000000",
                "the same envelope stands in the bundle before"
            ),
            Assert.Single(EvidenceVerifier.Verify(one).Findings)
        );

        var record = _maker.Event(7).Record!.Value.ToArray();
        TraceItem[] window = [_maker.Event(1), new(_maker.Seal(record, 1), record)];
        var (envelope, checkpoint) = _maker.Checkpoint(window);
        var composer = new TraceComposer();
        composer.AddWindow(EvidenceMaker.TxId(1), envelope, checkpoint, window);
        Assert.Equal(
            new EvidenceFinding(
                EvidenceFinding.EventIdReused,
                "00000000-0000-4000-8000-000000000001",
                "another envelope of the bundle has the same event_id"
            ),
            Assert.Single(EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody())).Findings)
        );
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void An_id_of_up_to_128_letters_can_be_asked_for(int length, bool isAsked)
    {
        var id = new string('x', length);
        var bundle = _maker.Rewrap(
            _maker.Trace(1),
            body =>
            {
                body["checkpoints"]![0]!["tx_id"] = id;
                body["events"]![0]!["inclusion"]!["checkpoint_tx_id"] = id;
            }
        );
        Assert.Equal(isAsked ? 1 : 0, EvidenceVerifier.FindFetches(bundle, [Gateway]).Count);
        var findings = EvidenceVerifier.Verify(bundle).Findings;
        Assert.Equal(
            isAsked
                ? []
                : [new EvidenceFinding(EvidenceFinding.TxIdUnfit, id, "no transaction has such an id; no gateway is asked for it")],
            findings
        );
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a%2e")]
    public void An_id_with_another_character_is_asked_of_nobody(string id) =>
        Assert.Empty(
            EvidenceVerifier.FindFetches(_maker.Rewrap(_maker.Trace(1), body => body["checkpoints"]![0]!["tx_id"] = id), [Gateway])
        );

    [Fact]
    public void What_a_gateway_gave_confirms_in_any_writing_of_the_same_JSON_and_in_no_other()
    {
        var bundle = _maker.Trace(1);
        var envelope = StrictJson.Parse(bundle)!["body"]!["checkpoints"]![0]!["envelope"]!;
        var fetch = Assert.Single(EvidenceVerifier.FindFetches(bundle, [Gateway]));
        Assert.Equal(GatewayOutcome.Confirm, fetch.Judge(System.Text.Encoding.UTF8.GetBytes("\n " + envelope.ToString())));
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge([]));
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge("{"u8));
        var other = envelope.DeepClone();
        other["signed_at"] = "2026-11-21T08:00:00+00:00";
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge(CanonicalJson.Canonicalize(other)));

        // The same JSON behind more white space than any producer writes is not worth reading.
        var canonical = CanonicalJson.Canonicalize(envelope);
        var most = 64 * (canonical.Length + 1024);
        Assert.Equal(GatewayOutcome.Confirm, fetch.Judge([.. Enumerable.Repeat((byte)' ', most - canonical.Length), .. canonical]));
        Assert.Equal(GatewayOutcome.Mismatch, fetch.Judge([.. Enumerable.Repeat((byte)' ', most - canonical.Length + 1), .. canonical]));
    }

    private static string Url(int number) => $"{Gateway}/{EvidenceMaker.TxId(number)}";

    private static EvidenceVerification Ask(byte[] bundle, Dictionary<string, GatewayOutcome> outcomes) =>
        EvidenceVerifier.Verify(bundle, new EvidenceInputs { Gateways = [Gateway], GatewayOutcomes = outcomes });

    private IReadOnlyList<EvidenceFinding> Chain(string[] follows)
    {
        var composer = new TraceComposer();
        for (var i = 0; i < follows.Length; i++)
        {
            TraceItem[] window = [_maker.Event(i)];
            var (envelope, record) = _maker.Checkpoint(window, follows[i], 900_000 + i);
            composer.AddWindow(EvidenceMaker.TxId(i), envelope, record, window);
        }

        return EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody())).Findings;
    }
}
