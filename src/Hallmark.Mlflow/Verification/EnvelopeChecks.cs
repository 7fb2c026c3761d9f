using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Envelopes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>The checks on an envelope and its record alone, whatever the event.</summary>
internal static class EnvelopeChecks
{
    /// <summary>The profile is known, the key signed, and the key may sign.</summary>
    public static Check Signature(JsonObject envelope, Func<string, DateTimeOffset?, SignerOpinion> judge)
    {
        var result = EnvelopeVerifier.Verify(envelope, null, null, allowLegacy: true);
        var key = StoredJson.Text(envelope, "public_key") ?? "(no key)";
        if (!result.SpecVersionOk)
        {
            return Answers.Failed(
                CheckNames.Signature,
                "unsupported_spec_version",
                $"the envelope's profile {JsonDifferences.Show(envelope["spec_version"])} is not known"
            );
        }

        if (!result.SignatureOk || result.PayloadHashOk is false)
        {
            return Answers.Failed(
                CheckNames.Signature,
                "signature_invalid",
                $"the key {key} did not sign this envelope: the envelope was changed, or the signature is another's"
            );
        }

        var opinion = judge(key.ToLowerInvariant(), SignedAt(envelope));
        return opinion.Standing switch
        {
            SignerStanding.Trusted => Answers.Passed(
                CheckNames.Signature,
                $"signed by {opinion.Name ?? key}" + (opinion.Name is null ? "" : $" ({key})")
            ),
            SignerStanding.Refused => Answers.Failed(
                CheckNames.Signature,
                "untrusted_signer",
                $"signed by {key}, which is none of the keys that may sign here"
            ),
            _ => Answers.Passed(CheckNames.Signature, $"signed by {key}, for which nobody here vouches"),
        };
    }

    /// <summary>Every copy of the record has the committed hash.</summary>
    public static Check Record(FoundProof proof)
    {
        var logged = proof.Entry?.Record;
        if (logged is { } bytes && RecordHash.Of(bytes.Span) != proof.PayloadHash)
        {
            return Answers.Failed(
                CheckNames.Record,
                "record_differs",
                "the ledger's copy of the record does not have the hash that the envelope commits to"
            );
        }

        // A copy that belongs to an envelope which differs from the ledger's is the ledger check's business; what is compared here is the recorded event.
        var count = 0;
        foreach (var stored in proof.Stored)
        {
            if (stored.Record is { } record)
            {
                count++;
                if (RecordHash.Of(record) != proof.PayloadHash)
                {
                    var anchored = logged is { } original ? StoredJson.TryParseObject(original.Span) : null;
                    var found = StoredJson.TryParseObject(record);
                    return Answers.Failed(
                        CheckNames.Record,
                        "record_differs",
                        $"{stored.PayloadPath} has the SHA-256 {RecordHash.Of(record)}, the envelope commits to {proof.PayloadHash}"
                            + (found is null ? "; it is no JSON object within the limits" : ""),
                        anchored is not null && found is not null
                            ? JsonDifferences.Between("", anchored, found)
                            : [new Difference(stored.PayloadPath, proof.PayloadHash, RecordHash.Of(record), "SHA-256 of the file")]
                    );
                }
            }
        }

        if (logged is null && count == 0)
        {
            return Answers.Failed(
                CheckNames.Record,
                "record_missing",
                "the record that the envelope commits to is neither in MLflow nor in a ledger at hand"
            );
        }

        return proof.Record is null
            ? Answers.Failed(
                CheckNames.Record,
                "record_unreadable",
                "the record has the committed hash, but is no JSON object within the limits"
            )
            : Answers.Passed(
                CheckNames.Record,
                count == 0 ? "the ledger's copy has the committed hash; MLflow holds none" : "the record has the committed hash"
            );
    }

    /// <summary>The record speaks of the same event and subject as the envelope, and both of what was asked.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="pairs">Name, value in the envelope's subject, value in the record, value that was asked for (or null).</param>
    public static Check Identity(FoundProof proof, params (string Name, string? InEnvelope, string? InRecord, string? Asked)[] pairs)
    {
        if (proof.Record is not { } record)
        {
            return Answers.NotRun(
                CheckNames.Identity,
                "no_record",
                "there is no intact record to compare the envelope with",
                isRequired: true
            );
        }

        var differences = new List<Difference>();
        var type = StoredJson.Text(record, "event_type");
        if (type != proof.EventType)
        {
            differences.Add(new Difference("event_type", proof.EventType, type, "envelope and record"));
        }

        foreach (var (name, inEnvelope, inRecord, asked) in pairs)
        {
            if (inEnvelope is null || inEnvelope != inRecord)
            {
                differences.Add(new Difference(name, inEnvelope, inRecord, "envelope and record"));
            }
            else if (asked is not null && asked != inEnvelope)
            {
                differences.Add(new Difference(name, inEnvelope, asked, "envelope and what was asked for"));
            }
        }

        return Answers.Compared(
            CheckNames.Identity,
            "envelope and record speak of this " + Noun(proof.EventType),
            "the envelope speaks of another event than its record",
            differences
        );
    }

    /// <summary>The envelope is in the ledger, and every copy in MLflow is that one.</summary>
    public static Check Ledger(FoundProof proof)
    {
        if (!proof.HasLedger)
        {
            return Answers.NotRun(CheckNames.Ledger, "no_ledger", "no ledger is at hand", isRequired: false);
        }

        if (proof.Entry is null)
        {
            return Answers.NotRun(
                CheckNames.Ledger,
                "not_in_ledger",
                "this ledger holds no event about it; the proof was made elsewhere",
                isRequired: false
            );
        }

        foreach (var stored in proof.Stored)
        {
            if (stored.Envelope is null)
            {
                return Answers.Failed(
                    CheckNames.Ledger,
                    "proof_unreadable",
                    $"{stored.ProofPath} is no JSON object within the limits; entry {proof.Entry.Index} of the ledger is the envelope"
                );
            }

            var differences = JsonDifferences.Between("", proof.Envelope, stored.Envelope);
            if (differences.Count > 0)
            {
                return Answers.Failed(
                    CheckNames.Ledger,
                    "envelope_differs",
                    $"{stored.ProofPath} is not the envelope that stands at entry {proof.Entry.Index} of the ledger",
                    differences
                );
            }
        }

        return Answers.Passed(CheckNames.Ledger, $"entry {proof.Entry.Index} of the ledger, byte for byte");
    }

    /// <summary>Fails where nothing was found.</summary>
    public static Check NotFound(string what, IReadOnlyCollection<StoredProof> unplaced) =>
        unplaced.Count == 0
            ? Answers.Failed(CheckNames.ProofFound, "not_anchored", $"{what} is not anchored: no envelope speaks of it")
            : Answers.Failed(CheckNames.ProofFound, "proof_unreadable", $"{unplaced.First().ProofPath} is no envelope of {what}");

    /// <summary>Passes, and says where the envelope was found.</summary>
    public static Check Found(FoundProof proof) =>
        Answers.Passed(
            CheckNames.ProofFound,
            $"event {proof.EventId} ({proof.EventType})" + (proof.Entry is null ? ", from MLflow" : ", from the ledger")
        );

    /// <summary>The time that the signer wrote, or null where it is no time.</summary>
    public static DateTimeOffset? SignedAt(JsonObject envelope) => StoredJson.Time(envelope, "signed_at");

    private static string Noun(string eventType) =>
        eventType switch
        {
            EventTypes.Training => "run",
            EventTypes.Dataset or EventTypes.DatasetContent => "dataset",
            EventTypes.FileAnchored => "file",
            _ => "model version",
        };
}
