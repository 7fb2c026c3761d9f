namespace Hallmark.Anchors;

/// <summary>A checkpoint on its way out.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="TreeSize">How many entries it covers.</param>
/// <param name="SignedNote">The signed checkpoint, byte for byte.</param>
public sealed record AnchorSubmission(string Origin, long TreeSize, ReadOnlyMemory<byte> SignedNote);
