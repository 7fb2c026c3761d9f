using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Anchors.OpenTimestamps.Verification;
using Hallmark.Core.Anchoring;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Peers;

/// <summary>A whole life of timestamps on a real Bitcoin node: our client, the JavaScript client, and a calendar that makes real transactions.</summary>
public sealed class LifeCycleTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PeerFact(BitcoinNode.Program, OtsClients.JavaScript, "node", "/usr/bin/python3", OtsClients.Python)]
    public async Task Timestamps_of_both_clients_are_mined_upgraded_and_verified_by_both()
    {
        await using var node = await BitcoinNode.StartAsync();
        await using var world = await OtsWorld.StartAsync();
        using var home = await HomeForAsync(node);
        var theirDigest = SHA256.HashData("stamped by the JavaScript client"u8);
        var theirs = home.File("theirs.ots");
        var calendar = world.Calendars[0].Address;

        // Stamped by both.
        await OtsClients.RunJavaScriptAsync(home.Path, "stamp", Hex(theirDigest), theirs, calendar);
        Assert.Equal(theirDigest, DetachedTimestamp.Parse(await File.ReadAllBytesAsync(theirs)).Digest.ToArray());
        var anchor = world.Anchor(headers: SourceOf(node, world));
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(OtsWorld.Submission, None), None);
        var ours = home.File("ours.ots");
        await File.WriteAllBytesAsync(ours, FileOf(receipt));
        Assert.False((await OtsClients.RunJavaScriptAsync(home.Path, "upgrade", ours, calendar))["complete"]!.GetValue<bool>());
        Assert.Equal(ReceiptState.Submitted, (await anchor.RefreshAsync(receipt, None)).State);

        // In a block, then below five more.
        await world.AttestAllAsync(node);
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Confirmed, 102L), (receipt.State, receipt.Block!.Height));
        await node.MineAsync(5);
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Final, receipt.State);

        // Ours, upgraded by us and by the other client, verified by both.
        var verifier = new OpenTimestampsReceiptVerifier(
            new OpenTimestampsTrust { Network = BitcoinNetwork.Regtest, Live = SourceOf(node, world) }
        );
        var witness = await verifier.VerifyLiveAsync(receipt, OtsWorld.Content, None);
        Assert.True(witness.Holds);
        var digest = Hex(receipt.Digest.Bytes);
        Assert.True((await OtsClients.RunJavaScriptAsync(home.Path, "upgrade", ours, calendar))["complete"]!.GetValue<bool>());
        AssertVerified(await OtsClients.RunJavaScriptAsync(home.Path, "verify", ours, digest), witness);
        await File.WriteAllBytesAsync(ours, FileOf(receipt));
        AssertVerified(await OtsClients.RunJavaScriptAsync(home.Path, "verify", ours, digest), witness);

        // And by the Python library, against the node's header.
        var python = await OtsClients.RunPythonAsync(
            FileOf(receipt),
            $"102:{(await SourceOf(node, world).FindAsync(102, None))!.Header.Hex}"
        ); // ! mined above
        Assert.Equal(witness.ExistedBefore!.Value.ToUnixTimeSeconds(), python["times"]!["102"]!.GetValue<long>()); // ! it holds

        // Theirs, upgraded by us, verified by both.
        var proof = DetachedTimestamp.Parse(await File.ReadAllBytesAsync(theirs));
        var upgrades = await world.Pool().FindUpgradesAsync(proof.Timestamp, None);
        proof = proof.With(proof.Timestamp.MergeAtNodes([.. upgrades.Select(static reply => reply.Timestamp!)])); // ! all is attested by now
        var findings = await TimestampVerifier.JudgeAsync(proof.Timestamp, SourceOf(node, world), requiredDepth: 6, None);
        Assert.Empty(findings.Contradicted);
        Assert.Equal(102, findings.Earliest!.Attested.Attestation.Height);
        await File.WriteAllBytesAsync(theirs, proof.ToArray());
        AssertVerified(await OtsClients.RunJavaScriptAsync(home.Path, "verify", theirs, Hex(theirDigest)), witness);

        // Without a node: its headers, written into a file.
        await File.WriteAllTextAsync(home.File("headers.txt"), await HeadersAsync(node, 102, 107));
        var offline = new OpenTimestampsReceiptVerifier(
            new OpenTimestampsTrust { Network = BitcoinNetwork.Regtest, HeaderFile = HeaderFile.Read(home.File("headers.txt")) }
        ).Verify(receipt, OtsWorld.Content);
        Assert.True(offline.Holds);
        Assert.Equal(witness.ExistedBefore, offline.ExistedBefore);
    }

    [PeerFact(BitcoinNode.Program)]
    public async Task Several_digests_stamped_together_share_one_tip_and_each_is_proven_alone()
    {
        await using var node = await BitcoinNode.StartAsync();
        await using var world = await OtsWorld.StartAsync();
        var digests = Enumerable.Range(0, 5).Select(static index => SHA256.HashData([(byte)index])).ToList();
        var request = StampRequest.Create(digests);
        var proofs = request.Complete(await world.Pool().SubmitAsync(request.Tip, None));
        Assert.All(world.Calendars, static calendar => Assert.Single(calendar.Posted));
        await world.AttestAllAsync(node);
        foreach (var (proof, index) in proofs.Select(static (proof, index) => (proof, index)))
        {
            var upgrades = await world.Pool().FindUpgradesAsync(proof.Timestamp, None);
            var upgraded = proof.With(proof.Timestamp.MergeAtNodes([.. upgrades.Select(static reply => reply.Timestamp!)])); // ! all is attested
            var findings = await TimestampVerifier.JudgeAsync(upgraded.Timestamp, SourceOf(node, world), requiredDepth: 1, None);
            Assert.Equal(2, findings.All.Count(static finding => finding.Outcome is AttestationOutcome.Verified));
            Assert.Equal(102, findings.Earliest!.Attested.Attestation.Height);
            Assert.True(upgraded.IsOf([(byte)index]));
        }
    }

    [PeerFact(BitcoinNode.Program)]
    public async Task A_node_that_throws_its_blocks_away_takes_the_proof_with_them()
    {
        await using var node = await BitcoinNode.StartAsync();
        await using var world = await OtsWorld.StartAsync();
        var anchor = world.Anchor(headers: SourceOf(node, world));
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(OtsWorld.Submission, None), None);
        await world.AttestAllAsync(node);
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal((ReceiptState.Confirmed, 102L), (receipt.State, receipt.Block!.Height));

        await node.InvalidateTipAsync();
        await node.InvalidateTipAsync();
        await node.CallAsync("generateblock", await node.CallAsync("getnewaddress"), "[]");
        await node.CallAsync("generateblock", await node.CallAsync("getnewaddress"), "[]");
        Assert.All(world.Calendars, static calendar => calendar.Forget());
        receipt = await anchor.RefreshAsync(receipt, None);
        Assert.Equal(ReceiptState.Submitted, receipt.State);
        Assert.Contains("no longer in the chain", receipt.Remark, StringComparison.Ordinal);
    }

    [PeerFact(BitcoinNode.Program)]
    public async Task A_nodes_headers_come_with_its_depth_and_only_of_the_chain_that_was_asked_for()
    {
        await using var node = await BitcoinNode.StartAsync();
        await using var world = await OtsWorld.StartAsync(calendars: 1);
        var found = await SourceOf(node, world).FindAsync(100, None);
        Assert.Equal(2, found!.Depth);
        Assert.Equal(await node.CallAsync("getblockhash", "100"), found.Header.DisplayedHash);
        Assert.Equal(BitcoinNetwork.Regtest.GenesisHash, (await SourceOf(node, world).FindAsync(0, None))!.Header.DisplayedHash);
        Assert.Null(await SourceOf(node, world).FindAsync(102, None));
        Assert.Null(await SourceOf(node, world).FindAsync(1L << 31, None));
        var other = new NodeHeaderSource(
            world.Http,
            node.Address,
            NodeCredentials.FromCookieFile(node.CookieFile),
            BitcoinNetwork.Mainnet,
            OtsWorld.Patience
        );
        var fault = await Assert.ThrowsAsync<AnchorUnavailableException>(() => other.FindAsync(0, None));
        Assert.Contains("does not follow mainnet", fault.Message, StringComparison.Ordinal);
    }

    private static NodeHeaderSource SourceOf(BitcoinNode node, OtsWorld world) =>
        new(world.Http, node.Address, NodeCredentials.FromCookieFile(node.CookieFile), BitcoinNetwork.Regtest, OtsWorld.Patience);

    private static byte[] FileOf(AnchorReceipt receipt) => Convert.FromBase64String(receipt.Proof["ots"]!.GetValue<string>());

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static void AssertVerified(JsonNode answer, Witness witness)
    {
        Assert.Equal(102, answer["bitcoin"]!["height"]!.GetValue<int>());
        Assert.Equal(witness.ExistedBefore!.Value.ToUnixTimeSeconds(), answer["bitcoin"]!["timestamp"]!.GetValue<long>());
    }

    private static async Task<string> HeadersAsync(BitcoinNode node, int from, int to)
    {
        var text = $"{HeaderFile.Format} regtest\n";
        for (var height = from; height <= to; height++)
        {
            var hash = await node.CallAsync("getblockhash", height.ToString(CultureInfo.InvariantCulture));
            var header = await node.CallAsync("getblockheader", hash, "false");
            text += string.Create(CultureInfo.InvariantCulture, $"{height} {header}\n");
        }

        return text;
    }

    // The JavaScript client finds its node in ~/.bitcoin/bitcoin.conf.
    private static async Task<TemporaryFolder> HomeForAsync(BitcoinNode node)
    {
        var home = new TemporaryFolder();
        var cookie = (await File.ReadAllTextAsync(node.CookieFile)).Trim().Split(':');
        await File.WriteAllTextAsync(
            home.File(".bitcoin/bitcoin.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"rpcuser={cookie[0]}\nrpcpassword={cookie[1]}\nrpcconnect=127.0.0.1\nrpcport={node.Port}\n"
            )
        );
        return home;
    }
}
