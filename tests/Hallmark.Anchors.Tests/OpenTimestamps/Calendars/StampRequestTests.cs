using System.Security.Cryptography;
using System.Text;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Calendars;

public sealed class StampRequestTests
{
    [Theory]
    [InlineData(1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")]
    [InlineData(2, "e5a01fee14e0ed5c48714f22180f25ad8365b53f9779f79dc4a3d7e93963f94a")]
    [InlineData(3, "7075152d03a5cd92104887b476862778ec0c87be5c2fa1c0a90f87c49fad6eff")]
    [InlineData(5, "d71f8983ad4ee170f8129f1ebcdd7440be7798d8e1c80420bf11f1eced610dba")]
    public void Leaves_are_joined_as_the_reference_clients_join_them(int leaves, string tip)
    {
        var join = new MerkleJoin([.. "abcde"[..leaves].Select(letter => SHA256.HashData(Encoding.ASCII.GetBytes([letter])))]);
        Assert.Equal(tip, Convert.ToHexStringLower(join.Tip.AsSpan()));
    }

    [Fact]
    public void Every_proof_of_any_number_of_digests_leads_to_the_tip_and_to_no_other_digest()
    {
        for (var count = 1; count < 40; count++)
        {
            var digests = Enumerable.Range(0, count).Select(static index => SHA256.HashData([(byte)index])).ToList();
            var request = StampRequest.Create(digests);
            var proofs = request.Complete(Timestamp.Attested(request.Tip.Span, TimeAttestation.Pending("https://a.example")));
            Assert.Equal(digests, proofs.Select(static proof => proof.Digest.ToArray()));
            Assert.All(
                proofs,
                proof =>
                {
                    Assert.Equal(request.Tip.ToArray(), Assert.Single(proof.Timestamp.AllAttestations()).Node.Message.ToArray());
                    Assert.Equal(proof.ToArray(), DetachedTimestamp.Parse(proof.ToArray()).ToCanonicalArray());
                    var written = Convert.ToHexStringLower(proof.ToArray());
                    Assert.Equal(1, digests.Count(digest => written.Contains(Convert.ToHexStringLower(digest), StringComparison.Ordinal)));
                }
            );
        }
    }

    [Fact]
    public void Two_requests_for_one_digest_send_different_bytes_and_the_same_nonce_the_same()
    {
        var digest = SHA256.HashData([1]);
        Assert.NotEqual(StampRequest.Create([digest]).Tip.ToArray(), StampRequest.Create([digest]).Tip.ToArray());
        var nonce = new byte[StampRequest.NonceSize];
        Assert.Equal(StampRequest.Create([digest], [nonce]).Tip.ToArray(), StampRequest.Create([digest], [nonce]).Tip.ToArray());
        Assert.NotEqual(digest, StampRequest.Create([digest], [nonce]).Tip.ToArray());
    }

    [Fact]
    public void Digests_and_nonces_of_other_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => StampRequest.Create([]));
        Assert.Throws<ArgumentException>(() => StampRequest.Create([new byte[20]]));
        Assert.Throws<ArgumentException>(() => StampRequest.Create([new byte[32]], [new byte[15]]));
        Assert.Throws<ArgumentException>(() =>
            new MerkleJoin([
                [],
            ])
        );
    }
}
