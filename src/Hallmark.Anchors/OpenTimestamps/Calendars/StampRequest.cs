using System.Security.Cryptography;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Calendars;

/// <summary>
/// Digests on their way to calendars: each is hidden behind a nonce of its own, so that neither a calendar nor the holder of a neighbour's proof learns it, and all
/// are joined under one tip. Nothing but the tip is sent.
/// </summary>
public sealed class StampRequest
{
    /// <summary>The size of a privacy nonce in bytes.</summary>
    public const int NonceSize = 16;

    private const int DigestSize = 32;
    private readonly byte[][] _digests;
    private readonly byte[][] _nonces;
    private readonly MerkleJoin _join;

    private StampRequest(byte[][] digests, byte[][] nonces)
    {
        _digests = digests;
        _nonces = nonces;
        _join = new MerkleJoin([.. digests.Zip(nonces, Hide)]);
    }

    /// <summary>What is sent, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Tip => _join.Tip.AsMemory();

    /// <summary>Draws nonces for the digests.</summary>
    /// <param name="digests">SHA-256 digests, at least one.</param>
    /// <exception cref="ArgumentException">There are none, or one is not 32 bytes.</exception>
    public static StampRequest Create(IReadOnlyList<byte[]> digests) =>
        Create(digests, [.. digests.Select(static _ => RandomNumberGenerator.GetBytes(NonceSize))]);

    /// <summary>With nonces that were drawn before.</summary>
    /// <exception cref="ArgumentException">There are none, or a digest is not 32 bytes, or a nonce not 16.</exception>
    public static StampRequest Create(IReadOnlyList<byte[]> digests, IReadOnlyList<byte[]> nonces)
    {
        if (
            digests.Count == 0
            || digests.Count != nonces.Count
            || digests.Any(static digest => digest.Length != DigestSize)
            || nonces.Any(static nonce => nonce.Length != NonceSize)
        )
        {
            throw new ArgumentException("Each digest has 32 bytes, and a nonce of 16.", nameof(digests));
        }

        return new StampRequest([.. digests], [.. nonces]);
    }

    /// <summary>The proof files, one for each digest in order, once calendars answered.</summary>
    /// <param name="answers">The merged answers, over the tip.</param>
    /// <exception cref="ArgumentException">They are over something else, or too deep.</exception>
    public IReadOnlyList<DetachedTimestamp> Complete(Timestamp answers) =>
        [
            .. _digests.Select(
                (digest, index) =>
                    new DetachedTimestamp(
                        TimestampOperationKind.Sha256,
                        Timestamp.Over(
                            digest,
                            [TimestampOperation.Append(_nonces[index]), TimestampOperation.Sha256, .. _join.PathOf(index)],
                            answers
                        )
                    )
            ),
        ];

    private static byte[] Hide(byte[] digest, byte[] nonce) =>
        TimestampOperation.Hash(TimestampOperationKind.Sha256, [.. digest, .. nonce]);
}
