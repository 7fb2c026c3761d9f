namespace Hallmark.Anchors.Arweave.Bundles;

/// <summary>One item of a bundle, as its header states it; nothing about the item itself is verified.</summary>
/// <param name="Id">The id that the header states, 43 characters.</param>
/// <param name="Offset">Where the item begins, from the start of the bundle.</param>
/// <param name="Bytes">The item's bytes.</param>
public sealed record BundleEntry(string Id, int Offset, ReadOnlyMemory<byte> Bytes);
