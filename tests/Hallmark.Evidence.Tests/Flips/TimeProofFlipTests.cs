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

    /// <summary>The file of headers is the reader's own: where a line is no header any more, or one without its work or its place, it is named. Only what does not begin as such a file is bad input.</summary>
    [Fact]
    public async Task Every_flipped_bit_of_a_file_of_headers_that_changes_a_header_is_named_and_no_other_one_lets_a_proof_say_more()
    {
        await using var world = await OtsWorld.StartAsync();
        var receipt = AnchorReceiptJson.Write(await FinalAsync(world));
        var file = Encoding.ASCII.GetBytes(world.Chain.ToText());
        var lines = Encoding.ASCII.GetString(file).TrimEnd('\n').Split('\n');
        var lastLine = file.Length - lines[^1].Length - 1;

        var flips = await BitFlips.AllOfAsync(
            file,
            flipped =>
                AnchorFlips.Verifier(
                    new OpenTimestampsReceiptVerifier(Trust(HeaderFile.Read(new MemoryStream(flipped), "the file"))),
                    Submission.Content
                )(receipt)
        );

        var sound = AnchorFlips.Verifier(new OpenTimestampsReceiptVerifier(Trust(world.Chain.ToHeaderFile())), Submission.Content);
        var claims = (await sound(receipt)).Witnesses[0];
        var named = 0;
        foreach (var flip in flips)
        {
            var (before, after) = ((char)file[flip.Offset], (char)(file[flip.Offset] ^ (1 << flip.Bit)));
            var line = Encoding.ASCII.GetString(file, 0, flip.Offset).Split('\n');
            var isInHeader = line.Length > 1 && line[^1].Contains(' ', StringComparison.Ordinal) && before != '\n';
            if (isInHeader && char.IsAsciiHexDigit(after) && char.ToLowerInvariant(after) != before && flip.Offset < lastLine)
            {
                Assert.True(flip is { ExitCode: 1, NamesAPart: true }, flip.ToString());
                Assert.Contains(flip.Verdict!.Checks, check => check is { Name: "header_file", Outcome: CheckOutcome.Failed });
                named++;
            }
            else if (isInHeader && !char.IsAsciiHexDigit(after))
            {
                Assert.True(flip is { ExitCode: 1, NamesAPart: true }, flip.ToString());
            }
            else if (flip.Verdict is { Status: VerdictStatus.Verified } verified)
            {
                // Hex of the other case, another height where there is a gap, a line that became a comment, and a last header that by chance has work too: no one links to it.
                Assert.Equal((claims.ExistedBefore, claims.By), (verified.Witnesses[0].ExistedBefore, verified.Witnesses[0].By));
            }
        }

        Assert.True(named > 1_000, $"{named} flips were named");
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

        // One bit of each character around and in the base64; below two of each byte of the token, by which a signature is checked each time, and all of the request.
        var (failed, _) = await AnchorFlips.AssertEachFailsAsync(receipt, world, content, bitsPerByte: 1);

        Assert.True(failed > 2_000, $"{failed}");
        var verifier = AnchorFlips.Verifier(world, content);
        foreach (var (member, bitsPerByte) in new[] { ("token", 2), ("request", 8) })
        {
            var flips = await BitFlips.AllOfAsync(
                Convert.FromBase64String((string)receipt.Proof[member]!),
                flipped => verifier(With(receipt, proof => proof[member] = Convert.ToBase64String(flipped))),
                bitsPerByte
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
