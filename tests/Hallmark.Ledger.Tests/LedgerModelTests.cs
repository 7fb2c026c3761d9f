using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Events;
using Hallmark.Core.Merkle;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>
/// A ledger beside a list: whatever is appended, repeated, chained, published or closed and opened again in whatever order, the ledger says what the list says.
/// </summary>
public sealed class LedgerModelTests
{
    private const int Steps = 30;
    private static readonly Config Some = Config.QuickThrowOnFailure.WithMaxTest(6).WithReplay(20261121, 5);

    [Fact]
    public void Any_sequence_of_operations_leaves_what_a_plain_list_would_hold() =>
        Check.One(Some, Prop.ForAll<int>(seed => RunAsync(new System.Random(seed)).GetAwaiter().GetResult()));

    private static async Task RunAsync(System.Random random)
    {
        using var home = new TemporaryFolder();
        var folder = Path.Combine(home.Path, "ledger");
        var model = new List<EventSubmission>();
        var heads = new Dictionary<string, string>(StringComparer.Ordinal);
        var published = new List<long>();
        var ledger = await TestLedger.OpenAsync(folder);
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                switch (random.Next(7))
                {
                    case 0:
                        published.Add((await ledger.PublishAsync(CancellationToken.None))?.Size ?? 0);
                        Assert.Equal(model.Count, published[^1]);
                        break;
                    case 1 when step % 5 == 0:
                        await ledger.DisposeAsync();
                        published.Add(model.Count);
                        ledger = await TestLedger.OpenAsync(folder);
                        break;
                    case 2 when model.Count > 0:
                        var old = random.Next(model.Count);
                        Assert.Equal(old, (await ledger.AppendAsync(model[old], CancellationToken.None)).Index);
                        break;
                    case 3 when model.Count > 0:
                        var forged = model[random.Next(model.Count)] with { Envelope = Encoding.ASCII.GetBytes($"forged {step}") };
                        await Assert.ThrowsAsync<EventIdTakenException>(() => ledger.AppendAsync(forged, CancellationToken.None));
                        break;
                    case 4:
                        await AppendChainedAsync(ledger, model, heads, random, step);
                        break;
                    default:
                        var many = Enumerable
                            .Range(0, random.Next(1, 14))
                            .Select(i => TestLedger.Event($"e{step}-{i}", $"subject:{i % 3}"))
                            .ToList();
                        foreach (var submission in many)
                        {
                            Assert.Equal(model.Count, (await ledger.AppendAsync(submission, CancellationToken.None)).Index);
                            model.Add(submission);
                        }

                        break;
                }

                Assert.Equal(model.Count, ledger.Count);
                await CompareAsync(ledger.Reader, model, heads, random);
            }
        }
        finally
        {
            await ledger.DisposeAsync();
        }

        using var reader = LedgerReader.Open(folder);
        await CompareAsync(reader, model, heads, random);
        await CompareProofsAsync(reader, model, [.. published.Where(size => size > 0).Distinct()]);
        var verification = await LedgerVerifier.VerifyAsync(folder, progress: null, CancellationToken.None);
        Assert.True(verification.IsVerified, verification.FirstFault?.What);
        Assert.Equal(model.Count, verification.EntryCount);
        Assert.Equal(NaiveTree.Root(Leaves(model)), verification.Root);
    }

    private static async Task AppendChainedAsync(
        EventLedger ledger,
        List<EventSubmission> model,
        Dictionary<string, string> heads,
        System.Random random,
        int step
    )
    {
        var chain = $"chain {random.Next(3)}";
        var head = heads.GetValueOrDefault(chain);
        var stale = random.Next(2) == 0;
        var submission = TestLedger.Event($"c{step}", chain: new ChainLink(chain, stale ? TestLedger.HashOf($"never {step}") : head));
        if (stale)
        {
            var moved = await Assert.ThrowsAsync<ChainMovedException>(() => ledger.AppendAsync(submission, CancellationToken.None));
            Assert.Equal(head, moved.ActualHead);
            return;
        }

        Assert.Equal(model.Count, (await ledger.AppendAsync(submission, CancellationToken.None)).Index);
        model.Add(submission);
        heads[chain] = submission.PayloadHash;
    }

    private static async Task CompareAsync(
        LedgerReader reader,
        List<EventSubmission> model,
        Dictionary<string, string> heads,
        System.Random random
    )
    {
        foreach (var chain in Enumerable.Range(0, 3).Select(i => $"chain {i}"))
        {
            Assert.Equal(heads.GetValueOrDefault(chain), await reader.FindChainHeadAsync(chain, CancellationToken.None));
        }

        Assert.Null(await reader.FindByIndexAsync(model.Count, CancellationToken.None));
        if (model.Count == 0)
        {
            return;
        }

        var index = random.Next(model.Count);
        var expected = model[index];
        foreach (
            var found in new[]
            {
                await reader.FindByIndexAsync(index, CancellationToken.None),
                await reader.FindByEventIdAsync(expected.EventId, CancellationToken.None),
            }
        )
        {
            Assert.NotNull(found);
            Assert.Equal((index, expected.EventId, expected.SubjectKey), (found.Index, found.EventId, found.SubjectKey));
            Assert.Equal(expected.Envelope.ToArray(), found.Envelope.ToArray());
            Assert.Equal(expected.Record?.ToArray(), found.Record?.ToArray());
        }

        Assert.Equal(
            model.Index().Where(pair => pair.Item.PayloadHash == expected.PayloadHash).Select(pair => (long)pair.Index),
            (await reader.FindByPayloadHashAsync(expected.PayloadHash, CancellationToken.None)).Select(entry => entry.Index)
        );
        Assert.Equal(
            model.Index().Where(pair => pair.Item.SubjectKey == "subject:1").Select(pair => (long)pair.Index),
            (await reader.FindBySubjectAsync("subject:1", CancellationToken.None)).Select(entry => entry.Index)
        );
    }

    private static async Task CompareProofsAsync(LedgerReader reader, List<EventSubmission> model, List<long> sizes)
    {
        var leaves = Leaves(model);
        foreach (var size in sizes)
        {
            var root = NaiveTree.Root(leaves.AsSpan(0, (int)size));
            Assert.Equal(root, await reader.FindRootAsync(size, CancellationToken.None));
            Assert.Equal(root, (await reader.FindCheckpointAsync(size, CancellationToken.None))?.Root);
            for (var index = 0L; index < size; index += 1 + (size / 9))
            {
                Assert.True((await reader.ProveInclusionAsync(index, size, CancellationToken.None)).Verifies(leaves[index], root));
            }

            foreach (var older in sizes.Where(older => older <= size))
            {
                var proof = await reader.ProveConsistencyAsync(older, size, CancellationToken.None);
                Assert.True(proof.Verifies(NaiveTree.Root(leaves.AsSpan(0, (int)older)), root));
            }
        }
    }

    private static TreeHash[] Leaves(List<EventSubmission> model) =>
        [.. model.Select(submission => MerkleHash.Leaf(submission.Envelope.Span))];
}
