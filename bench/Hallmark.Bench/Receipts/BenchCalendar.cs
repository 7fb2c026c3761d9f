using System.Security.Cryptography;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Bench.Receipts;

/// <summary>A calendar in this process: promises at once, and proofs once it has written all that waits into a block.</summary>
/// <param name="address">Its address, which its promises name.</param>
internal sealed class BenchCalendar(string address)
{
    private readonly Dictionary<string, byte[]> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _attested = new(StringComparer.Ordinal);

    public Uri Address { get; } = new(address);

    /// <summary>Answers a request.</summary>
    public byte[] Answer(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post ? Promise(AnsweringHandler.BodyOf(request)) : _attested[request.RequestUri!.Segments[^1]]; // ! a request that is sent has an address

    /// <summary>Writes all that waits into one block.</summary>
    public void Attest(BenchChain chain)
    {
        var commitments = _waiting.ToList();
        var join = new MerkleJoin([.. commitments.Select(one => SHA256.HashData(one.Value))]);
        var (height, path) = chain.Write([.. join.Tip]);
        for (var i = 0; i < commitments.Count; i++)
        {
            IReadOnlyList<TimestampOperation> all = [TimestampOperation.Sha256, .. join.PathOf(i), .. path];
            var root = all.Aggregate(
                commitments[i].Value,
                static (message, operation) => operation.TryApply(message, out var result) ? result : throw new InvalidOperationException()
            );
            _attested[commitments[i].Key] = Timestamp
                .Over(commitments[i].Value, all, Timestamp.Attested(root, TimeAttestation.Bitcoin(height)))
                .ToArray();
        }

        _waiting.Clear();
    }

    private byte[] Promise(byte[] digest)
    {
        var (nonce, mac) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(8));
        byte[] time = [0x6b, 0x00, 0xe3, 0xa9];
        byte[] commitment = [.. time, .. SHA256.HashData([.. digest, .. nonce]), .. mac];
        _waiting[Convert.ToHexStringLower(commitment)] = commitment;
        return Timestamp
            .Over(
                digest,
                [
                    TimestampOperation.Append(nonce),
                    TimestampOperation.Sha256,
                    TimestampOperation.Prepend(time),
                    TimestampOperation.Append(mac),
                ],
                Timestamp.Attested(commitment, TimeAttestation.Pending(Address.ToString().TrimEnd('/')))
            )
            .ToArray();
    }
}
