using System.Text;
using Hallmark.Anchors;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Anchors.Tests.OpenTimestamps;
using Hallmark.Anchors.Tests.TimeStampAuthority;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary>Each bit of OpenTimestamps proofs, of Bitcoin headers, and of time-stamp tokens and requests; in the receipt, and by themselves.</summary>
public sealed class TimeProofFlipTests
{
    private static readonly AnchorSubmission Submission = ArweaveWorld.Checkpoint(41);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_flipped_bit_of_an_opentimestamps_receipt_fails_and_is_named()
    {
        await using var world = await OtsWorld.StartAsync();
        var receipt = await FinalAsync(world);
        var verifier = new OpenTimestampsReceiptVerifier(Trust(world.Chain.ToHeaderFile()));

        var (failed, _) = await AnchorFlips.AssertEachFailsAsync(receipt, verifier, Submission.Content);

        Assert.True(failed > 4_000, $"{failed}");
    }

    [Fact]
    public async Task Every_flipped_bit_of_an_ots_file_and_of_the_header_beside_it_fails_and_is_named()
    {
        await using var world = await OtsWorld.StartAsync();
        var receipt = await FinalAsync(world);
        var verifier = AnchorFlips.Verifier(new OpenTimestampsReceiptVerifier(Trust(world.Chain.ToHeaderFile())), Submission.Content);
        var (height, header) = receipt.Proof["headers"]!.AsObject().Single();

        var ots = await BitFlips.AllOfAsync(
            Convert.FromBase64String((string)receipt.Proof["ots"]!),
            flipped => verifier(With(receipt, proof => proof["ots"] = Convert.ToBase64String(flipped)))
        );
        var headers = await BitFlips.AllOfAsync(
            Convert.FromHexString((string)header!),
            flipped => verifier(With(receipt, proof => proof["headers"]![height] = Convert.ToHexStringLower(flipped)))
        );

        Assert.Equal(80 * 8, headers.Count);
        Assert.All(ots.Concat(headers), flip => Assert.True(flip is { ExitCode: 1, NamesAPart: true }, flip.ToString()));
    }

    /// <summary>The file of headers is the reader's own: where it does not hold by itself nothing is verified with it, and where the block of the proof is another one the proof fails.</summary>
    [Fact]
    public async Task No_flipped_bit_of_a_file_of_headers_lets_a_proof_pass_by_another_block()
    {
        await using var world = await OtsWorld.StartAsync();
        var receipt = AnchorReceiptJson.Write(await FinalAsync(world));
        var sound = OutcomeOf(world.Chain.ToHeaderFile());
        var text = Encoding.ASCII.GetBytes(world.Chain.ToText());
        var (refused, passed) = (0, 0);
        for (var bit = 0; bit < text.Length * 8; bit++)
        {
            var flipped = (byte[])text.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var verdict = OutcomeOf(HeaderFile.Read(new MemoryStream(flipped), "the file"));

                // Hex of either case, a line that became a comment, or a height that the proof does not name.
                Assert.True(
                    verdict.Status is not VerdictStatus.Verified || verdict.Witnesses[0].ExistedBefore == sound.Witnesses[0].ExistedBefore
                );
                passed++;
            }
            catch (BadInputException)
            {
                refused++;
            }
        }

        Assert.True(refused > passed * 4, $"{refused} refused, {passed} read");

        Verdict OutcomeOf(HeaderFile headers) =>
            AnchorFlips.Verifier(new OpenTimestampsReceiptVerifier(Trust(headers)), Submission.Content)(receipt).GetAwaiter().GetResult();
    }

    [PeerFact("openssl")]
    public async Task Every_flipped_bit_of_a_time_stamp_receipt_fails_and_is_named()
    {
        using var authority = new OpenSslAuthority();
        await using var server = await authority.ServeAsync();
        using var client = new HttpClient(AnchorHttp.CreateHandler());
        var network = new Uri(server.Address).Authority;
        var trust = new TimeStampTrust { Roots = [authority.Root], Network = network };
        var content = Submission.Content;
        var anchor = new TimeStampAuthorityAnchor(
            new TimeStampAuthorityOptions
            {
                Name = "tsa",
                Address = new Uri(server.Address),
                Trust = trust,
            },
            new AnchorHttp(client, allowPlainHttp: false, TimeProvider.System),
            TimeProvider.System
        );
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(Submission, None), None);
        var world = new TimeStampReceiptVerifier(trust, TimeProvider.System);

        var (failed, _) = await AnchorFlips.AssertEachFailsAsync(receipt, world, content);

        Assert.True(failed > 8_000, $"{failed}");
        var verifier = AnchorFlips.Verifier(world, content);
        foreach (var member in new[] { "token", "request" })
        {
            var flips = await BitFlips.AllOfAsync(
                Convert.FromBase64String((string)receipt.Proof[member]!),
                flipped => verifier(With(receipt, proof => proof[member] = Convert.ToBase64String(flipped)))
            );
            Assert.All(flips, flip => Assert.True(flip is { ExitCode: 1, NamesAPart: true }, $"{member} {flip}"));
        }
    }

    private static OpenTimestampsTrust Trust(HeaderFile headers) => new() { Network = BitcoinNetwork.Regtest, HeaderFile = headers };

    private static byte[] With(AnchorReceipt receipt, Action<System.Text.Json.Nodes.JsonObject> change)
    {
        var proof = receipt.Proof.DeepClone().AsObject();
        change(proof);
        return AnchorReceiptJson.Write(receipt with { Proof = proof });
    }

    private static async Task<AnchorReceipt> FinalAsync(OtsWorld world)
    {
        var anchor = world.Anchor();
        var receipt = await anchor.SubmitAsync(await anchor.PrepareAsync(Submission, None), None);
        await world.AttestAllAsync();
        world.Chain.Grow(5);
        return await anchor.RefreshAsync(receipt, None);
    }
}
