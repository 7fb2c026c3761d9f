using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Predictions;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>Receipts of predictions put together by hand from the page that describes them (docs/formats/predictions.md), without a ledger.</summary>
internal static class PredictionMaker
{
    public const string Origin = "ledger.example/predictions";
    public const string Decision = "00000000-0000-4000-8000-0000000000d1";
    public const int Index = 3;

    public static Ed25519PrivateKey LedgerKey { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);

    public static NoteSigner Ledger { get; } = new(Origin, LedgerKey);

    public static JsonObject Payload(string decisionId = Decision, string eventType = "prediction") =>
        new() { ["event_type"] = eventType, ["decision_id"] = decisionId };

    /// <summary>The record of a batched prediction, which commits to the payload in its metadata.</summary>
    public static JsonObject BatchRecord(JsonObject payload)
    {
        var bytes = CanonicalJson.Canonicalize(payload);
        return new JsonObject
        {
            ["payload_version"] = 1,
            ["spec_version"] = "ario.events/v1",
            ["event_type"] = "mlflow.prediction",
            ["subject"] = new JsonObject { ["type"] = "producer" },
            ["previous_hash"] = "GENESIS",
            ["event"] = new JsonObject { ["content_hash"] = Hash(bytes), ["content_length"] = bytes.Length },
            ["metadata"] = new JsonObject { ["prediction"] = payload.DeepClone() },
        };
    }

    /// <summary>A single prediction: an envelope of its own with a subject, whose record is the payload.</summary>
    public static PredictionReceipt Single(JsonNode? record = null, string decisionId = Decision)
    {
        var bytes = CanonicalJson.Canonicalize(record ?? Payload());
        var subject = new JsonObject
        {
            ["type"] = SubjectTypes.Prediction,
            ["decision_id"] = decisionId,
            ["model_run_id"] = "r1",
        };
        return Make(
            EnvelopeDrafts.Mlflow(
                BundleScene.EventId(700),
                EventTypes.Prediction,
                subject,
                Hash(bytes),
                EnvelopeDrafts.Genesis,
                BundleScene.SignedAt
            ),
            bytes
        );
    }

    /// <summary>A batched prediction: an envelope that names nothing but its event id.</summary>
    public static PredictionReceipt Batched(JsonNode? record = null, string eventId = Decision)
    {
        var bytes = CanonicalJson.Canonicalize(record ?? BatchRecord(Payload()));
        return Make(EnvelopeDrafts.Events(eventId, Hash(bytes), "production", BundleScene.SignedAt), bytes);
    }

    public static PredictionReceipt Make(JsonObject draft, byte[] record, params ReadOnlySpan<int> sizes)
    {
        var envelope = EnvelopeSealer.Seal(draft, BundleScene.Key).Bytes;
        var checkpoints = ImmutableArray.CreateBuilder<PredictionCheckpoint>();
        foreach (var size in sizes.IsEmpty ? [4, 7] : sizes)
        {
            checkpoints.Add(Under(envelope, size, Ledger));
        }

        return new PredictionReceipt
        {
            DecisionId = Decision,
            RecordHash = Hash(record),
            Record = record,
            Envelope = envelope,
            Origin = Origin,
            VerifierKey = Ledger.LogKey.ToString(),
            Index = Index,
            Checkpoints = checkpoints.DrainToImmutable(),
        };
    }

    /// <summary>A checkpoint of a tree of so many leaves, of which the fourth is the envelope.</summary>
    public static PredictionCheckpoint Under(ReadOnlyMemory<byte> envelope, int size, NoteSigner signer, string origin = Origin)
    {
        var tree = new MerkleTree();
        for (var i = 0; i < size; i++)
        {
            tree.AppendEntry(i == Index ? envelope.Span : [(byte)i]);
        }

        var text = new Checkpoint(origin, size, tree.Root).ToText();
        return new PredictionCheckpoint(SignedNote.Create(text, signer.Sign(text)).Bytes, (ulong)size, tree.ProveInclusion(Index).Path);
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
