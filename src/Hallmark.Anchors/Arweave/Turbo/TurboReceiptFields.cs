namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>The members of a receipt that was read.</summary>
internal sealed record TurboReceiptFields(
    ReadOnlyMemory<byte> Bytes,
    string Id,
    string Version,
    long Timestamp,
    long DeadlineHeight,
    byte[] Modulus,
    byte[] Signature,
    TurboReceiptClaims Unattested
);
