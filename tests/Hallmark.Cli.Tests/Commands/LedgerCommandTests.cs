using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;

namespace Hallmark.Cli.Tests.Commands;

public sealed class LedgerCommandTests(AnchoredHome anchored) : IClassFixture<AnchoredHome>
{
    private readonly CommandScene _scene = anchored.Scene;

    [Fact]
    public async Task Status_and_checkpoint_tell_the_same_signed_tree()
    {
        var status = await _scene.JsonAsync(0, "ledger", "status");
        var checkpoint = await VerifiedCheckpointAsync((await _scene.ExpectAsync(0, "ledger", "checkpoint")).Out);
        Assert.Equal((long)status["entries"]!, checkpoint.Size);
        Assert.Equal((string?)status["root"], checkpoint.Root.Hex);
        Assert.Equal(await Text("ledger", "checkpoint"), (string?)(await _scene.JsonAsync(0, "ledger", "checkpoint"))["checkpoint"]);
        Assert.Contains((string)status["verifier_key"]!, await Text("ledger", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_printed_proof_of_every_entry_verifies_with_nothing_but_the_core()
    {
        var size = (long)(await _scene.JsonAsync(0, "ledger", "status"))["entries"]!;
        Assert.True(size >= 4);
        for (var index = 0L; index < size; index++)
        {
            var wanted = index.ToString(CultureInfo.InvariantCulture);
            var json = await _scene.JsonAsync(0, "ledger", "proof", wanted);
            var lines = (await Text("ledger", "proof", wanted)).Split('\n');
            var empty = Array.IndexOf(lines, "");
            Assert.Equal("c2sp.org/tlog-proof@v1", lines[0]);
            Assert.Equal("index " + wanted, lines[1]);
            var checkpoint = await VerifiedCheckpointAsync(string.Join('\n', lines[(empty + 1)..]));
            var proof = new InclusionProof((ulong)index, (ulong)checkpoint.Size, [.. lines[2..empty].Select(Hash)]);
            var leaf = Hash((string)json["leaf_hash"]!);
            Assert.True(proof.Verifies(leaf, checkpoint.Root));
            Assert.False((proof with { Index = (ulong)((index + 1) % size) }).Verifies(leaf, checkpoint.Root));
            Assert.Equal(wanted, ((long)json["index"]!).ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task An_entry_is_found_by_its_index_its_event_id_and_its_payload_hash()
    {
        var byIndex = await _scene.JsonAsync(0, "ledger", "proof", "1");
        var byId = await _scene.JsonAsync(0, "ledger", "proof", (string)byIndex["event_id"]!);
        var byHash = await _scene.JsonAsync(0, "ledger", "proof", (string)byIndex["envelope"]!["payload_hash"]!);
        Assert.Equal(byIndex.ToJsonString(), byId.ToJsonString());
        Assert.Equal(byIndex.ToJsonString(), byHash.ToJsonString());
    }

    [Fact]
    public async Task Restore_recomputes_every_signed_root_and_says_that_nothing_was_missing()
    {
        var size = (long)(await _scene.JsonAsync(0, "ledger", "status"))["entries"]!;
        var restored = await _scene.JsonAsync(0, "ledger", "restore");
        Assert.Equal((size, 0L), ((long)restored["entries"]!, (long)restored["files_written"]!));
        Assert.True((long)restored["checkpoints"]! >= 1);
        Assert.Contains("no file was missing", await Text("ledger", "restore"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proof", "999")]
    [InlineData("proof", "00000000-0000-4000-8000-000000000000")]
    [InlineData("proof", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("proof", "-1")]
    [InlineData("proof", "99999999999999999999999999")]
    [InlineData("proof")]
    [InlineData("proof", "--from", "999")]
    [InlineData("proof", "--from", "-1")]
    [InlineData("proof", "--from", "2", "--to", "1")]
    [InlineData("proof", "--from", "1", "--to", "999")]
    public async Task What_is_not_in_the_ledger_is_bad_input(params string[] arguments) =>
        await _scene.RefuseAsync(2, ["ledger", .. arguments]);

    [Fact]
    public async Task An_earlier_ledger_is_proved_to_be_the_beginning_of_this_one()
    {
        var size = (long)(await _scene.JsonAsync(0, "ledger", "status"))["entries"]!;
        for (var from = 1L; from <= size; from++)
        {
            var json = await _scene.JsonAsync(0, "ledger", "proof", "--from", from.ToString(CultureInfo.InvariantCulture));
            var proof = new ConsistencyProof((ulong)from, (ulong)size, [.. json["path"]!.AsArray().Select(hash => Hash((string)hash!))]);
            var (oldRoot, newRoot) = (Hash((string)json["old_root"]!), Hash((string)json["new_root"]!));
            Assert.True(proof.Verifies(oldRoot, newRoot));
            Assert.Equal(newRoot, (await VerifiedCheckpointAsync(await Text("ledger", "checkpoint"))).Root);
            Assert.False(from < size && proof.Verifies(newRoot, newRoot));
        }
    }

    [Fact]
    public async Task Verify_reads_everything_again()
    {
        var json = await _scene.JsonAsync(0, "ledger", "verify");
        Assert.True((bool)json["verified"]!);
        Assert.Null(json["fault"]);
        Assert.Contains("VERIFIED", await Text("ledger", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_writes_each_entry_and_the_checkpoint_and_overwrites_nothing()
    {
        var file = Path.Combine(_scene.Folder.Path, "export.jsonl");
        await _scene.ExpectAsync(0, "ledger", "export", "--output", file);
        var lines = (await File.ReadAllLinesAsync(file)).Select(line => JsonNode.Parse(line)!).ToList();
        var checkpoint = await VerifiedCheckpointAsync((string)lines[^1]["checkpoint"]!);
        var tree = lines[..^1].Select(line => MerkleHash.Leaf(Convert.FromBase64String((string)line["envelope"]!))).ToImmutableArray();
        Assert.Equal(checkpoint.Size, tree.Length);
        Assert.Equal(checkpoint.Root, Root(tree));
        Assert.Contains(
            "exists already",
            (await _scene.RefuseAsync(2, "ledger", "export", "--output", file)).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Export_into_a_folder_that_is_not_there_is_one_line()
    {
        var ended = await _scene.RunAsync("ledger", "export", "--output", Path.Combine(_scene.Folder.Path, "no/such/export.jsonl"));
        Assert.True(ended.Code is 2 or 3, ended.ToString());
        Assert.StartsWith("error: ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private async Task<string> Text(params string[] arguments) => (await _scene.ExpectAsync(0, arguments)).Out;

    private async Task<Checkpoint> VerifiedCheckpointAsync(string note)
    {
        var key = NoteVerifierKey.Parse((string)(await _scene.JsonAsync(0, "ledger", "status"))["verifier_key"]!);
        var signed = SignedNote.Parse(Encoding.UTF8.GetBytes(note));
        Assert.True(signed.Verify([key]).IsVerified);
        return Checkpoint.Parse(signed.Text.Span);
    }

    private static TreeHash Hash(string base64)
    {
        Assert.True(TreeHash.TryParseBase64(base64, out var hash));
        return hash;
    }

    // RFC 9162 section 2.1.1, as written there.
    private static TreeHash Root(ImmutableArray<TreeHash> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return MerkleHash.Node(Root(leaves[..split]), Root(leaves[split..]));
    }
}
