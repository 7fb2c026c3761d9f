using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Signatures;

namespace Hallmark.Evidence.Tests;

/// <summary>A world for tests: somebody with a key who signs a digest and a time. Whom a verifier believes is said by the key that it is made with.</summary>
internal sealed class Notary(Ed25519PublicKey trusted) : IReceiptVerifier
{
    public static Ed25519PrivateKey Key { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)77, 32)]);

    public static DateTimeOffset SeenAt { get; } = new(2026, 3, 1, 13, 0, 0, TimeSpan.Zero);

    public string World => "notary";

    public static AnchorReceipt Receipt(
        AnchorTarget target,
        ReadOnlyMemory<byte> content,
        long? treeSize,
        string anchor = "notary",
        string world = "notary"
    )
    {
        var digest = Digest.Compute(DigestAlgorithm.Sha256, content.Span);
        var signature = new byte[64];
        Key.Sign(Statement(digest, "2026-03-01T13:00:00Z"), signature);
        return new AnchorReceipt
        {
            Anchor = anchor,
            World = world,
            Network = "tests",
            Target = target,
            Digest = digest,
            TreeSize = treeSize,
            State = ReceiptState.Final,
            PreparedAt = SeenAt,
            Proof = new JsonObject { ["seen_at"] = "2026-03-01T13:00:00Z", ["signature"] = Convert.ToHexStringLower(signature) },
        };
    }

    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        var seenAt = Text(receipt, "seen_at");
        var signature = new byte[64];
        var isWellFormed =
            Text(receipt, "signature") is { Length: 128 } hex
            && Convert.FromHexString(hex, signature, out _, out _) is System.Buffers.OperationStatus.Done
            && !hex.Any(char.IsAsciiLetterUpper);
        var isOfContent = Digest.Compute(DigestAlgorithm.Sha256, content.Span).Equals(receipt.Digest);
        var isSigned = isWellFormed && trusted.Verify(Statement(receipt.Digest, seenAt), signature);
        return new Witness
        {
            Anchor = receipt.Anchor,
            World = receipt.World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State,
            IsOutside = true,
            Checks = [Answer("digest", isOfContent), Answer("notary_signature", isSigned)],
            ExistedBefore = isSigned ? DateTimeOffset.Parse(seenAt, System.Globalization.CultureInfo.InvariantCulture) : null,
            Trust = "the notary",
        };
    }

    public Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        throw new AnchorUnavailableException("the notary does not answer");

    private static string Text(AnchorReceipt receipt, string name) =>
        receipt.Proof[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static byte[] Statement(Digest digest, string time) => Encoding.UTF8.GetBytes($"{digest} {time}");

    private static Check Answer(string name, bool holds) =>
        new()
        {
            Name = name,
            Outcome = holds ? CheckOutcome.Passed : CheckOutcome.Failed,
            Detail = holds ? "as it should be" : "not as it should be",
        };
}
