using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Makes events, windows, bundles and attestations as a producer and an operator would.</summary>
internal sealed class EvidenceMaker : IDisposable
{
    internal const string GeneratedAt = "2026-11-21T08:00:00.000Z";
    internal static readonly DateTimeOffset Start = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    // One RSA key for all tests: making one takes a while.
    internal static readonly RSA Operator = RSA.Create(2048);
    private static readonly JsonObject OperatorKey = Jwk(Operator);

    internal Ed25519PrivateKey Key { get; } =
        Ed25519PrivateKey.FromSeed(Convert.FromHexString("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));

    internal static string OperatorAddress { get; } = Base64Url.EncodeToString(SHA256.HashData(Operator.ExportParameters(false).Modulus!));

    public void Dispose() => Key.Dispose();

    internal static string TxId(int number) => $"kJ7vX2pQ8mNcLw9Yb4TzFh1aGdRsE6oWpABCDEFGH{number:00}";

    internal static byte[] ContentOf(int number) => Encoding.UTF8.GetBytes($"content {number}");

    /// <summary>An event with its record and content.</summary>
    internal TraceItem Event(int number)
    {
        var content = ContentOf(number);
        var record = CanonicalJson.Canonicalize(
            EventRecord.ForContent(Convert.ToHexStringLower(SHA256.HashData(content)), content.Length).ToJson()
        );
        return new TraceItem(Seal(record, number), record, content);
    }

    /// <summary>The signed envelope of a record.</summary>
    internal byte[] Seal(byte[] record, int number) =>
        EnvelopeSealer
            .Seal(
                EnvelopeDrafts.Events(
                    $"00000000-0000-4000-8000-{number:000000000000}",
                    Convert.ToHexStringLower(SHA256.HashData(record)),
                    "dev",
                    Start.AddSeconds(number)
                ),
                Key
            )
            .Bytes.ToArray();

    /// <summary>The checkpoint over a window.</summary>
    internal (byte[] Envelope, byte[] Record) Checkpoint(
        IReadOnlyList<TraceItem> window,
        string previousHash = EnvelopeDrafts.Genesis,
        int number = 900_000
    )
    {
        var tree = new MerkleTree();
        foreach (var item in window)
        {
            tree.AppendEntry(item.Envelope.Span);
        }

        var record = CanonicalJson.Canonicalize(
            (
                EventRecord.ForCheckpoint(tree.Root.Hex, window.Count, Start, Start.AddMinutes(1)) with
                {
                    PreviousHash = previousHash,
                    ChainKey = "batcher:1",
                }
            ).ToJson()
        );
        return (Seal(record, number), record);
    }

    /// <summary>A bundle of one window.</summary>
    internal byte[] Trace(int events, Func<TraceItem, TraceItem>? change = null)
    {
        var window = Enumerable.Range(0, events).Select(Event).ToArray();
        var (envelope, record) = Checkpoint(window);
        var composer = new TraceComposer();
        composer.AddWindow(TxId(1), envelope, record, [.. window.Select(item => change?.Invoke(item) ?? item with { Content = null })]);
        return Wrap(composer.ToBody());
    }

    internal byte[] Wrap(byte[] body, string bodyType = EvidenceFormat.Trace) =>
        EvidenceSealer
            .Seal(
                new EvidenceDraft
                {
                    BodyType = bodyType,
                    Issuer = new JsonObject { ["kind"] = "producer", ["producer_id"] = "acme" },
                    GeneratedAt = GeneratedAt,
                    Verdict = new JsonObject { ["status"] = "verified", ["summary"] = "x" },
                    Body = body,
                },
                Key
            )
            .Bytes.ToArray();

    /// <summary>The bundle with its body changed, and hashed and signed anew.</summary>
    internal byte[] Rewrap(byte[] bundle, Action<JsonObject> change)
    {
        var body = (JsonObject)StrictJson.Parse(bundle)!["body"]!.DeepClone();
        change(body);
        return Wrap(CanonicalJson.Canonicalize(body), (string)StrictJson.Parse(bundle)!["body_type"]!);
    }

    internal byte[] Export(byte[] source, params JsonObject[] attestations) =>
        ExportComposer.Compose(source, attestations, Key, new ExportOptions { GeneratedAt = GeneratedAt }).Evidence.Bytes.ToArray();

    /// <summary>An operator's attestation of the first checkpoint of a trace bundle.</summary>
    internal static JsonObject Attest(byte[] source, Action<JsonObject>? change = null)
    {
        var checkpoint = StrictJson.Parse(source)!["body"]!["checkpoints"]![0]!;
        var payload = new JsonObject
        {
            ["tx_id"] = (string)checkpoint["tx_id"]!,
            ["data_hash"] = CanonicalJson.Sha256Hex(checkpoint["envelope"]),
            ["operator"] = OperatorAddress,
            ["gateway"] = "https://g1.example",
            ["signature_verified"] = true,
            ["level"] = 3,
        };
        change?.Invoke(payload);
        var signature = Operator.SignData(CanonicalJson.Canonicalize(payload), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return new JsonObject
        {
            ["checkpoint_tx_id"] = (string)checkpoint["tx_id"]!,
            ["payload"] = payload,
            ["signature_alg"] = "rsa-pss-sha256",
            ["public_key"] = OperatorKey.DeepClone(),
            ["signature"] = Convert.ToHexStringLower(signature),
        };
    }

    private static JsonObject Jwk(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus!),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent!),
        };
    }
}
