using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Anchors.OpenTimestamps.Verification;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Verification;

/// <summary>Proofs against block headers: those of the test chain of the vectors, and roots of mainnet blocks as the reference client's tests have them.</summary>
public sealed class TimestampVerifierTests
{
    private static readonly FoundHeader Block117 = new(
        new BlockHeader(Convert.FromHexString(OtsVectors.Regtest["block"]!.Text("headerHex"))),
        Depth: 6
    );

    private static readonly FoundHeader Block358391 = new(
        TestChain.WithoutWork("8a1b66ecb7cbd07d8139a7e7d7f2c41aab1f5009b8364aaf61d03ad245e47e00", 1_432_827_678),
        Depth: 600_000
    );

    private static readonly FoundHeader Block523364 = new(
        TestChain.WithoutWork("3c4fe7e01d8a73acbef3cbf6269d53f21eeffba8afab0fea5e78e7a053077839", 1_526_719_849),
        Depth: 400_000
    );

    [Theory]
    [InlineData("f0")]
    [InlineData("f1")]
    [InlineData("f2")]
    public void A_proof_of_the_test_chain_existed_before_its_block(string file)
    {
        var findings = Judge(OtsVectors.RegtestFile($"{file}.txt.ots"), static height => height == 117 ? Block117 : null);
        Assert.Equal([AttestationOutcome.Pending, AttestationOutcome.Verified], findings.All.Select(static finding => finding.Outcome));
        Assert.Equal(1_795_220_404, findings.Earliest!.Found!.Header.Time.ToUnixTimeSeconds());
    }

    [Fact]
    public void A_pending_proof_proves_nothing_yet() =>
        Assert.Equal(
            AttestationOutcome.Pending,
            Assert.Single(Judge(OtsVectors.RegtestFile("f0.txt.pending.ots"), static _ => Block117).All).Outcome
        );

    [Fact]
    public void A_block_that_is_not_deep_enough_does_not_verify()
    {
        var findings = Judge(OtsVectors.RegtestFile("f0.txt.ots"), static _ => Block117 with { Depth = 5 });
        Assert.Null(findings.Earliest);
        Assert.Equal(AttestationOutcome.Shallow, findings.EarliestShallow!.Outcome);
    }

    [Fact]
    public void A_block_that_nobody_has_leaves_the_attestation_unchecked() =>
        Assert.Contains(
            Judge(OtsVectors.RegtestFile("f0.txt.ots"), static _ => null).All,
            static finding => finding.Outcome is AttestationOutcome.NotChecked
        );

    [Fact]
    public void One_contradicted_attestation_is_an_error_even_beside_one_that_verifies()
    {
        var proof = DetachedTimestamp.Parse(OtsVectors.RegtestFile("f0.txt.ots")).Timestamp;
        var wrong = Timestamp.Attested(proof.Message, TimeAttestation.Bitcoin(116));
        var findings = TimestampVerifier.Judge(proof.Merge(wrong), static _ => Block117, requiredDepth: 6);
        Assert.NotNull(findings.Earliest);
        Assert.Equal(116, Assert.Single(findings.Contradicted).Attested.Attestation.Height);
    }

    [Fact]
    public void A_message_that_is_not_32_bytes_is_no_merkle_root_whatever_the_chain_says()
    {
        var proof = Timestamp.Attested([1, 2, 3], TimeAttestation.Bitcoin(117));
        Assert.Single(TimestampVerifier.Judge(proof, static _ => null, requiredDepth: 6).Contradicted);
    }

    [Fact]
    public void The_earliest_of_several_verified_blocks_counts()
    {
        var chain = new TestChain();
        chain.Grow(20);
        var both = Timestamp.Attested(chain[9].MerkleRoot, TimeAttestation.Bitcoin(9));
        var early = TestChain.WithoutWork(chain[9].DisplayedMerkleRoot, 1_000);
        var twice = both.Merge(Timestamp.Attested(chain[9].MerkleRoot, TimeAttestation.Bitcoin(3)));
        var findings = TimestampVerifier.Judge(
            twice,
            height => height == 3 ? new FoundHeader(early, 12) : new FoundHeader(chain[(int)height], 12),
            requiredDepth: 6
        );
        Assert.Equal(3, findings.Earliest!.Attested.Attestation.Height);
    }

    [Fact]
    public void A_proof_that_names_a_thousand_blocks_does_not_make_us_ask_for_a_thousand()
    {
        var many = Timestamp.Attested(
            new byte[32],
            [.. Enumerable.Range(0, 1000).Select(static height => TimeAttestation.Bitcoin(height))]
        );
        Assert.Equal(OtsFault.TooLarge, Assert.Throws<OtsRejectedException>(() => TimestampVerifier.HeightsOf(many)).Fault);
    }

    [SharedFact("vectors/ots/mainnet/hello-world.txt.ots")]
    public void Published_proofs_verify_and_the_bad_stamp_does_not()
    {
        static FoundHeader? Mainnet(long height) =>
            height == 358391 ? Block358391
            : height == 523364 ? Block523364
            : null;

        var hello = Judge(OtsVectors.MainnetFile("hello-world.txt.ots"), Mainnet);
        Assert.Equal(1_432_827_678, hello.Earliest!.Found!.Header.Time.ToUnixTimeSeconds());
        var several = Judge(OtsVectors.MainnetFile("osdsp.txt.ots"), Mainnet);
        Assert.Equal(
            (4, 523364),
            (
                several.All.Count(static finding => finding.Outcome is AttestationOutcome.Pending),
                several.Earliest!.Attested.Attestation.Height
            )
        );
        var bad = Judge(OtsVectors.MainnetFile("bad-stamp.txt.ots"), Mainnet);
        Assert.Null(bad.Earliest);
        Assert.Single(bad.Contradicted);
        Assert.Equal(
            AttestationOutcome.Ignored,
            Assert.Single(Judge(OtsVectors.MainnetFile("unknown-notary.txt.ots"), Mainnet).All).Outcome
        );
    }

    private static TimestampFindings Judge(byte[] file, Func<long, FoundHeader?> find) =>
        TimestampVerifier.Judge(DetachedTimestamp.Parse(file).Timestamp, find, TimestampVerifier.DefaultDepth);
}
