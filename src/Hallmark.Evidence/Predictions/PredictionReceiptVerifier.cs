using System.Globalization;
using System.Text.Json;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Recognition;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Verification;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Predictions;

/// <summary>
/// Verifies receipts of predictions from their bytes and what the reader trusts, and from nothing else. Safe for use by several threads; one object for many receipts looks at
/// each checkpoint once.
/// </summary>
/// <param name="trust">Whom and what the reader trusts.</param>
public sealed class PredictionReceiptVerifier(BundleTrust trust)
{
    private readonly KnownCheckpoints _checkpoints = new();

    /// <summary>Verifies a receipt.</summary>
    /// <param name="receiptUtf8">The receipt.</param>
    /// <param name="cancellationToken">Ends the asking of live worlds.</param>
    /// <returns>A verdict that names every part that does not hold; what is malformed, or no longer JSON and has the marks of a receipt, fails the check <c>form</c>.</returns>
    /// <exception cref="BadInputException">It is not JSON, and never was a receipt.</exception>
    public async Task<VerifiedPrediction> VerifyAsync(ReadOnlyMemory<byte> receiptUtf8, CancellationToken cancellationToken)
    {
        PredictionReceipt receipt;
        try
        {
            receipt = PredictionReceiptJson.Parse(receiptUtf8.Span);
        }
        catch (JsonRejectedException refusal)
        {
            var damaged = FormCheck.Judge("the receipt", receiptUtf8.Span, EvidenceFile.PredictionReceipt, refusal);
            return new VerifiedPrediction(new Verdict("prediction receipt", [damaged]), Receipt: null);
        }
        catch (BadInputException refusal)
        {
            var malformed = BundleChecks.Failed(FormCheck.Name, "malformed", BundleChecks.Part(FormCheck.Name, refusal.Message));
            return new VerifiedPrediction(new Verdict("prediction receipt", [malformed]), Receipt: null);
        }

        return await VerifyAsync(receipt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies a receipt that was read, or just made.</summary>
    public async Task<VerifiedPrediction> VerifyAsync(PredictionReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        using var document = JsonDocument.Parse(receipt.Envelope, new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 });
        var envelope = document.RootElement;
        var signedAt = EnvelopeTime.TryParse(Text(envelope, "signed_at"), out var time) ? time : (DateTimeOffset?)null;
        var (signatureFault, isUnknown) = EntryCheck.JudgeSignature(
            receipt.Envelope.Span,
            Text(envelope, "public_key") ?? "",
            signedAt,
            trust.Judge
        );
        var (checkpoints, inclusion, sizes) = JudgeCheckpoints(receipt);
        var witnesses = await FindWitnessesAsync(receipt, sizes, cancellationToken).ConfigureAwait(false);
        var judgement = new WitnessJudgement(witnesses);
        Check?[] checks =
        [
            JudgeSubject(receipt, envelope),
            BundleChecks.Decide(
                BundleChecks.Signature,
                "signature_invalid",
                isUnknown ? "signed; for the key nobody here vouches" : "signed by a key that may",
                [signatureFault is null ? null : BundleChecks.Part("envelope", signatureFault)]
            ),
            JudgeRecordHash(receipt, envelope),
            JudgeRecord(receipt),
            checkpoints,
            inclusion,
            judgement.Judge(),
            trust.Policy is { } policy ? judgement.Ask(policy, receipt.Index, "the prediction", signedAt) : null,
        ];
        return new VerifiedPrediction(
            new Verdict($"prediction {receipt.DecisionId}", [.. checks.OfType<Check>()])
            {
                Notes = isUnknown ? ["whose key signed nobody here says; name the key that you know: --signer KEY"] : [],
                Witnesses = [.. witnesses.Select(item => item.Witness)],
            },
            receipt
        );
    }

    private static Check JudgeSubject(PredictionReceipt receipt, JsonElement envelope)
    {
        // Minimal disclosure: a batched envelope names the prediction by its event id alone.
        var eventId = Text(envelope, "event_id");
        var isNamed = envelope.TryGetProperty("subject", out _)
            ? BundleSubject.Names(SubjectKeys.Prediction(receipt.DecisionId), eventId, envelope)
            : eventId == receipt.DecisionId;
        return isNamed
            ? Check.Passed(BundleChecks.Subject, $"event {eventId} is prediction {receipt.DecisionId}")
            : BundleChecks.Failed(
                BundleChecks.Subject,
                "another_subject",
                BundleChecks.Part("decision_id", $"the envelope is of event {eventId}, not of prediction {receipt.DecisionId}")
            );
    }

    private static Check JudgeRecordHash(PredictionReceipt receipt, JsonElement envelope) =>
        Text(envelope, "payload_hash") == receipt.RecordHash
            ? Check.Passed("record_hash", "the envelope commits to it")
            : BundleChecks.Failed(
                "record_hash",
                "another_hash",
                BundleChecks.Part("record_hash", $"the envelope commits to {Text(envelope, "payload_hash")}")
            );

    private static Check JudgeRecord(PredictionReceipt receipt) =>
        receipt.Record is not { } record
            ? Check.Skipped(BundleChecks.Record, "withheld", "the record was left out")
            : BundleChecks.Decide(
                BundleChecks.Record,
                "record_differs",
                "the record is here, has the committed hash and is of this prediction",
                [
                    PredictionRecordCheck.FindFault(record, receipt.RecordHash, receipt.DecisionId) is { } fault
                        ? BundleChecks.Part("record", fault)
                        : null,
                ]
            );

    private (Check Checkpoints, Check Inclusion, ulong?[] Sizes) JudgeCheckpoints(PredictionReceipt receipt)
    {
        var (ledger, ledgerName) = _checkpoints.FindLedger(receipt);
        var (unsigned, outside) = (ledger.Faults.ToList(), new List<Difference>());
        var sizes = new ulong?[receipt.Checkpoints.Length];
        var leaf = MerkleHash.Leaf(receipt.Envelope.Span);
        for (var i = 0; i < sizes.Length; i++)
        {
            var item = receipt.Checkpoints[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"checkpoint {i}");
            var (checkpoint, fault) = _checkpoints.Find(receipt.Origin, ledger, ledgerName, item.Note);
            var isUnder =
                checkpoint is not null
                && (ulong)checkpoint.Size == item.TreeSize
                && new InclusionProof(receipt.Index, item.TreeSize, item.Path).Verifies(leaf, checkpoint.Root);
            if (fault is not null)
            {
                unsigned.Add(BundleChecks.Part(name, fault));
            }

            if (!isUnder)
            {
                outside.Add(BundleChecks.Part(name, "the proof does not lead from the envelope to its root"));
            }

            sizes[i] = fault is null && isUnder && ledger.Faults.IsEmpty ? item.TreeSize : null;
        }

        if (sizes.Length == 0)
        {
            var none = BundleChecks.Part("checkpoints", "there is none");
            unsigned.Add(none);
            outside.Add(none);
        }

        return (
            BundleChecks.Decide(BundleChecks.Checkpoints, "checkpoint_invalid", DescribeLedger(receipt, ledger, sizes), unsigned),
            BundleChecks.Decide(
                BundleChecks.Inclusion,
                "not_included",
                string.Create(CultureInfo.InvariantCulture, $"entry {receipt.Index} of the ledger, under each checkpoint"),
                outside
            ),
            sizes
        );
    }

    private string DescribeLedger(PredictionReceipt receipt, ClaimedLedger ledger, ulong?[] sizes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{receipt.Checkpoints.Length} of the ledger {receipt.Origin}, signed by {ledger.Describe(sizes.OfType<ulong>().Select(size => (long)size), trust.Judge)}"
        );

    private async Task<IReadOnlyList<FoundWitness>> FindWitnessesAsync(
        PredictionReceipt receipt,
        ulong?[] sizes,
        CancellationToken cancellationToken
    )
    {
        var found = new List<FoundWitness>();
        foreach (var witness in receipt.Receipts)
        {
            var (content, size) = FindContent(receipt, sizes, witness);
            var seen = await trust
                .Receipts.VerifyAsync(witness, content ?? default, trust.IsLive && content is not null, cancellationToken)
                .ConfigureAwait(false);
            found.Add(
                content is null
                    ? new FoundWitness(ReceiptContent.Refute(witness, seen, "the receipt of a prediction"), TreeSize: null, Index: null)
                    : new FoundWitness(seen, size, witness.Target is AnchorTarget.Envelope ? receipt.Index : null)
            );
        }

        return found;
    }

    private static (ReadOnlyMemory<byte>? Content, ulong? TreeSize) FindContent(
        PredictionReceipt receipt,
        ulong?[] sizes,
        AnchorReceipt witness
    )
    {
        if (witness.Target is AnchorTarget.Envelope)
        {
            return IsOf(witness, receipt.Envelope) ? (receipt.Envelope, null) : (null, null);
        }

        for (var i = 0; i < sizes.Length; i++)
        {
            if (IsOf(witness, receipt.Checkpoints[i].Note))
            {
                // One that does not hold covers nothing, whoever saw it.
                return (receipt.Checkpoints[i].Note, sizes[i]);
            }
        }

        return (null, null);
    }

    private static bool IsOf(AnchorReceipt witness, ReadOnlyMemory<byte> content) =>
        Digest.Compute(DigestAlgorithm.Sha256, content.Span).Equals(witness.Digest);

    private static string? Text(JsonElement envelope, string name) =>
        envelope.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;
}
