using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors;

/// <summary>What is to be witnessed: an envelope, or a signed checkpoint.</summary>
public sealed record AnchorSubmission
{
    private AnchorSubmission(AnchorTarget target, ReadOnlyMemory<byte> content, string? origin, long? treeSize)
    {
        Target = target;
        Content = content;
        Origin = origin;
        TreeSize = treeSize;
        Digest = Digest.Compute(DigestAlgorithm.Sha256, content.Span);
    }

    /// <summary>Which of the two.</summary>
    public AnchorTarget Target { get; }

    /// <summary>The bytes: the envelope as it stands in the ledger, or the signed note.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>SHA-256 of the content.</summary>
    public Digest Digest { get; }

    /// <summary>For a checkpoint: the log's name.</summary>
    public string? Origin { get; }

    /// <summary>For a checkpoint: how many entries it covers.</summary>
    public long? TreeSize { get; }

    /// <summary>An envelope on its way out.</summary>
    public static AnchorSubmission OfEnvelope(ReadOnlyMemory<byte> envelope) => new(AnchorTarget.Envelope, envelope, null, null);

    /// <summary>A checkpoint on its way out.</summary>
    /// <param name="origin">The log's name.</param>
    /// <param name="treeSize">How many entries it covers.</param>
    /// <param name="signedNote">The signed checkpoint, byte for byte.</param>
    public static AnchorSubmission OfCheckpoint(string origin, long treeSize, ReadOnlyMemory<byte> signedNote) =>
        new(AnchorTarget.Checkpoint, signedNote, origin, treeSize);
}
