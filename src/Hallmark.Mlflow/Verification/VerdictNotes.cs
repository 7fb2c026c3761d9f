using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>What a reader must see beside a verdict.</summary>
internal static class VerdictNotes
{
    public static ImmutableArray<string> For(
        Func<string, DateTimeOffset?, SignerOpinion> judge,
        ImmutableArray<Witness> witnesses,
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

        var outside = witnesses
            .Where(witness => witness is { IsOutside: true, Holds: true })
            .Select(witness => witness.Anchor)
            .Distinct()
            .ToList();
        notes.Add(outside.Count == 0 ? "no outside witness yet" : "witnessed by " + string.Join(", ", outside));
        return notes.ToImmutable();
    }

    /// <summary>A verdict with the witnesses of the event that was found.</summary>
    public static Task<Verdict> VerdictAsync(
        string subject,
        VerificationScope scope,
        FoundProof proof,
        CancellationToken cancellationToken,
        params ImmutableArray<Check> checks
    ) => VerdictAsync(subject, scope.Judge, scope.Witnesses, proof, checks, cancellationToken);

    /// <inheritdoc cref="VerdictAsync(string, VerificationScope, FoundProof, CancellationToken, ImmutableArray{Check})" />
    public static async Task<Verdict> VerdictAsync(
        string subject,
        Func<string, DateTimeOffset?, SignerOpinion> judge,
        IWitnessSource? witnesses,
        FoundProof proof,
        ImmutableArray<Check> checks,
        CancellationToken cancellationToken
    )
    {
        // An envelope that is not in the ledger may have been anchored by itself all the same.
        var findings = witnesses is null
            ? WitnessFindings.None
            : await witnesses
                .FindAsync(
                    proof.Entry?.Envelope ?? CanonicalJson.Canonicalize(proof.Envelope),
                    proof.Entry?.Index,
                    EnvelopeChecks.SignedAt(proof.Envelope),
                    cancellationToken
                )
                .ConfigureAwait(false);
        return new Verdict(subject, [.. checks, .. findings.Checks])
        {
            Notes = For(judge, findings.Witnesses, proof),
            Witnesses = findings.Witnesses,
        };
    }

    private static bool HasMlflowDigests(JsonObject record) =>
        record["dataset_inputs"] is JsonArray { Count: > 0 } || StoredJson.Text(record, "event_type") == EventTypes.Dataset;
}
