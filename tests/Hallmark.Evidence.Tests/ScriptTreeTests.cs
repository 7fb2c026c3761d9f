using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests;

/// <summary>The trees that <c>tools/verify-bundle.mjs</c> climbs: every shape up to 17 leaves, and proofs of another shape.</summary>
public sealed class ScriptTreeTests : IDisposable
{
    private const string Origin = "ledger.example/trees";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("node")]
    public async Task Every_entry_of_a_tree_of_every_size_is_proven_and_every_growth_by_one()
    {
        // Each checkpoint from 1 to 17 continues the one before, and each entry is proven under the largest.
        var body = Compose([.. Enumerable.Range(1, 17)]);
        Assert.StartsWith("event:", await ScriptAsync(body), StringComparison.Ordinal);
        Assert.True((await BundleScene.VerifyAsync(Seal(body))).Verdict.Status is VerdictStatus.Verified);
    }

    [PeerFact("node")]
    public async Task A_growth_by_many_is_proven_and_a_proof_that_lacks_or_repeats_a_hash_is_not()
    {
        foreach (var (older, newer) in new[] { (1, 8), (3, 8), (4, 13), (6, 11), (8, 16), (9, 17) })
        {
            await RefuseWrongGrowthAsync(older, newer);
        }
    }

    private async Task RefuseWrongGrowthAsync(int older, int newer)
    {
        var body = Compose([older, newer]);
        Assert.StartsWith("event:", await ScriptAsync(body), StringComparison.Ordinal);
        var path = body.Checkpoints[1].FromPrevious!.Path;
        foreach (
            var wrong in new[] { path[1..], path.RemoveAt(path.Length - 1), path.Add(path[^1]), path.SetItem(0, MerkleHash.Leaf([7])) }
        )
        {
            var forged = body.Checkpoints.SetItem(
                1,
                body.Checkpoints[1] with
                {
                    FromPrevious = new ConsistencyProof((ulong)older, (ulong)newer, wrong),
                }
            );
            Assert.StartsWith("NOT PROVEN", await ScriptAsync(body with { Checkpoints = forged }), StringComparison.Ordinal);
        }
    }

    [PeerFact("node")]
    public async Task An_entry_is_proven_at_its_own_place_only()
    {
        foreach (var (index, size) in new[] { (0, 1), (5, 6), (15, 16), (16, 17) })
        {
            await RefuseWrongPlaceAsync(index, size);
        }
    }

    private async Task RefuseWrongPlaceAsync(int index, int size)
    {
        var body = Compose([size]);
        var entry = body.Entries[index];
        foreach (
            var wrong in new[]
            {
                entry.Inclusion with
                {
                    Index = (ulong)(index + 1),
                },
                entry.Inclusion with
                {
                    Path = entry.Inclusion.Path.Add(MerkleHash.Leaf([7])),
                },
                entry.Inclusion with
                {
                    TreeSize = (ulong)(size + 1),
                },
            }
        )
        {
            var forged = body with { Entries = body.Entries.SetItem(index, entry with { Inclusion = wrong }) };
            Assert.StartsWith("NOT PROVEN", await ScriptAsync(forged), StringComparison.Ordinal);
        }
    }

    private static BundleBody Compose(int[] sizes)
    {
        var tree = new MerkleTree();
        var envelopes = Enumerable.Range(0, sizes[^1]).Select(Envelope).ToList();
        var checkpoints = new List<BundleCheckpoint>();
        foreach (var (envelope, i) in envelopes.Select((envelope, i) => (envelope, i)))
        {
            tree.AppendEntry(envelope.Span);
            if (sizes.Contains(i + 1))
            {
                var text = new Checkpoint(Origin, i + 1, tree.Root).ToText();
                var note = SignedNote.Create(text, new NoteSigner(Origin, BundleScene.Key).Sign(text)).Bytes;
                var before = sizes.LastOrDefault(size => size <= i);
                checkpoints.Add(new BundleCheckpoint(note, before == 0 ? null : tree.ProveConsistency((ulong)before)));
            }
        }

        return new BundleBody
        {
            Subject = BundleSubject.Event(BundleScene.EventId(sizes[^1] - 1)),
            EventId = BundleScene.EventId(sizes[^1] - 1),
            Origin = Origin,
            VerifierKey = NoteVerifierKey.ForEd25519(Origin, BundleScene.Key.PublicKey).ToString(),
            Checkpoints = [.. checkpoints],
            Entries = [.. envelopes.Select((envelope, i) => new BundleEntry(envelope, Record: null, tree.ProveInclusion((ulong)i)))],
            HasOnlyHashes = true,
        };
    }

    private static ReadOnlyMemory<byte> Envelope(int number) =>
        BundleScene
            .Seal(
                number,
                EventTypes.Training,
                new JsonObject { ["type"] = SubjectTypes.Run, ["run_id"] = "r1" },
                BitConverter.GetBytes(number)
            )
            .Bytes;

    private static ReadOnlyMemory<byte> Seal(BundleBody body) =>
        BundleSealer.Seal(BundleBody.BodyType, BundleBodyJson.Write(body), new Verdict("x", []), BundleScene.SignedAt, BundleScene.Key);

    private async Task<string> ScriptAsync(BundleBody body)
    {
        var file = _folder.File("bundle.json");
        await File.WriteAllBytesAsync(file, Seal(body).ToArray());
        var start = new ProcessStartInfo("node", [Path.Combine(ProjectFiles.Root, "tools/verify-bundle.mjs"), file])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!; // ! it is a program that was found
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(output.StartsWith("NOT PROVEN", StringComparison.Ordinal) ? 1 : 0, process.ExitCode);
        return output;
    }
}
