using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>What a reader must see beside a verdict.</summary>
internal static class VerdictNotes
{
    public static ImmutableArray<string> For(
        Func<string, DateTimeOffset?, SignerOpinion> judge,
        Func<long, IReadOnlyList<string>> witnessesOf,
        FoundProof? proof
    )
    {
        if (proof is null)
        {
            return [];
        }

        var notes = ImmutableArray.CreateBuilder<string>();
        var key = StoredJson.Text(proof.Envelope, "public_key") ?? "";
        if (judge(key.ToLowerInvariant(), EnvelopeChecks.SignedAt(proof.Envelope)).Standing is SignerStanding.Unknown)
        {
            notes.Add($"signed by {key}, for which nobody here vouches");
        }

        var record = proof.Record;
        if (record is not null && HasMlflowDigests(record))
        {
            notes.Add("a dataset's digest is MLflow's own, which covers a sample of the data only");
        }

        if (record is not null && proof.EventType == EventTypes.Training && HallmarkMember.Of(record) is null)
        {
            notes.Add("the record covers the latest value of each metric, not its history");
        }

        if (record is not null && proof.EventType == EventTypes.Training && record["artifact_checksums"] is JsonObject { Count: 0 })
        {
            notes.Add("the record covers no artifacts");
        }

        if (proof.Entry is not null && proof.Stored.IsEmpty)
        {
            notes.Add("MLflow holds no copy of the proof; the ledger's was used");
        }

        var witnesses = proof.Entry is { } entry ? witnessesOf(entry.Index) : [];
        notes.Add(witnesses.Count == 0 ? "no outside witness yet" : "witnessed by " + string.Join(", ", witnesses));
        return notes.ToImmutable();
    }

    public static Verdict Verdict(string subject, VerificationScope scope, FoundProof? proof, params Check[] checks) =>
        new(subject, [.. checks]) { Notes = For(scope.Judge, scope.Witnesses, proof) };

    private static bool HasMlflowDigests(JsonObject record) =>
        record["dataset_inputs"] is JsonArray { Count: > 0 } || StoredJson.Text(record, "event_type") == EventTypes.Dataset;
}
