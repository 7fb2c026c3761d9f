using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>What the family's verifiers pass over is found, and changes nothing of what they say.</summary>
public sealed class EvidenceFindingTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void A_leaf_count_that_is_not_the_checkpoint_s_is_found()
    {
        // A proof of a left leaf in a tree of 3 is also one in a tree of 4.
        var changed = _maker.Rewrap(_maker.Trace(3), body => body["events"]![0]!["inclusion"]!["leaf_count"] = 4);
        var result = EvidenceVerifier.Verify(changed);
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        var finding = Assert.Single(result.Findings);
        Assert.Equal(EvidenceFinding.LeafCountDiffers, finding.Code);
        Assert.Contains("4 leaves, the checkpoint's record of 3", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_bundles_of_several_windows_have_whole_chains()
    {
        Assert.Empty(Findings("trace/three-windows-content"));
        // Whatever its name says, each of its two checkpoints names the one before.
        Assert.Empty(Findings("checkpoints/broken-chain-not-checked"));
    }

    [Fact]
    public void A_chain_may_begin_anywhere_but_only_once_and_never_forks()
    {
        Assert.Empty(FindChain(follows: [-1, 0, 1]));
        Assert.Empty(FindChain(follows: [-2, 0, 1]));
        Assert.Equal([EvidenceFinding.ChainBroken], FindChain(follows: [-1, -2, 1]));
        Assert.Equal([EvidenceFinding.ChainForked], FindChain(follows: [-1, 0, 0]));
        Assert.Equal([EvidenceFinding.ChainForked], FindChain(follows: [-1, -1]));
    }

    [Fact]
    public void The_published_bundle_with_an_event_twice_verifies_and_the_repetition_is_found() =>
        Assert.Equal(EvidenceFinding.EventDuplicated, Assert.Single(Findings("events/duplicated-event")).Code);

    [Fact]
    public void An_event_id_of_two_events_is_found()
    {
        var record = _maker.Event(7).Record!.Value.ToArray();
        TraceItem[] window = [_maker.Event(1), new(_maker.Seal(record, 1), record)];
        var (envelope, checkpoint) = _maker.Checkpoint(window);
        var composer = new TraceComposer();
        composer.AddWindow(EvidenceMaker.TxId(1), envelope, checkpoint, window);
        var result = EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody()));
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.Equal(EvidenceFinding.EventIdReused, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void An_attestation_of_another_transaction_or_an_unverified_signature_is_found()
    {
        var source = _maker.Trace(1);
        var export = _maker.Export(
            source,
            EvidenceMaker.Attest(source, payload => payload["tx_id"] = EvidenceMaker.TxId(9)),
            EvidenceMaker.Attest(source, payload => payload["signature_verified"] = false),
            EvidenceMaker.Attest(source)
        );
        var result = EvidenceVerifier.Verify(export);
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.Equal(
            [EvidenceFinding.AttestationTxDiffers, EvidenceFinding.AttestationUnverified],
            result.Findings.Select(finding => finding.Code)
        );
    }

    [Fact]
    public void A_member_name_that_stands_twice_is_found_and_the_last_value_counts()
    {
        var text = Encoding.UTF8.GetString(_maker.Trace(1));
        var twice = "{\"body_type\":\"x\"," + text[1..];
        var result = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(twice));
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.Equal(EvidenceFinding.NameRepeated, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public async Task A_transaction_id_that_could_lead_elsewhere_is_found_and_asked_of_nobody()
    {
        var changed = _maker.Rewrap(
            _maker.Trace(1),
            body =>
            {
                body["checkpoints"]![0]!["tx_id"] = "../admin?x=";
                body["events"]![0]!["inclusion"]!["checkpoint_tx_id"] = "../admin?x=";
            }
        );
        var result = await EvidenceVerifier.VerifyAsync(
            changed,
            new EvidenceInputs { Gateways = ["https://g.example"] },
            (url, _) => throw new InvalidOperationException("asked for " + url),
            CancellationToken.None
        );
        Assert.Equal((EvidenceStatus.Partial, 3), (result.Status, result.ExitCode));
        Assert.Equal(EvidenceFinding.TxIdUnfit, Assert.Single(result.Findings).Code);
        Assert.Empty(EvidenceVerifier.FindFetches(changed, ["https://g.example"]));
    }

    private static IReadOnlyList<EvidenceFinding> Findings(string id)
    {
        var bundle = VectorFile.Cases("evidence-bundles.json").Single(item => item.Text("id") == id).GetProperty("bundle");
        var result = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.GetRawText()));
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        return result.Findings;
    }

    /// <summary>The findings on windows, each of which follows the one of that number: −1 nothing (the first of a chain), −2 one that is not in the bundle.</summary>
    private IEnumerable<string> FindChain(int[] follows)
    {
        var composer = new TraceComposer();
        var hashes = new List<string>();
        for (var i = 0; i < follows.Length; i++)
        {
            var previous = follows[i] switch
            {
                -1 => EnvelopeDrafts.Genesis,
                -2 => new string('a', 64),
                var index => hashes[index],
            };
            TraceItem[] window = [_maker.Event(i)];
            var (envelope, record) = _maker.Checkpoint(window, previous, 900_000 + i);
            hashes.Add(Convert.ToHexStringLower(SHA256.HashData(record)));
            composer.AddWindow(EvidenceMaker.TxId(i), envelope, record, window);
        }

        var result = EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody()));
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        return result.Findings.Select(finding => finding.Code);
    }
}
