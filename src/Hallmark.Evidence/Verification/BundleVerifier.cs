using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Verification;

/// <summary>
/// Verifies a bundle of ours (docs/formats/evidence.md) from its bytes and what the reader trusts, and from nothing else. Where the wrapper is broken the parts are still
/// looked at, so that the answer names what was changed.
/// </summary>
/// <param name="trust">Whom and what the reader trusts.</param>
public sealed class BundleVerifier(BundleTrust trust)
{
    /// <summary>Verifies a bundle.</summary>
    /// <param name="bundleUtf8">The bundle: a wrapper <c>ario.evidence/v1</c> with a body <c>hallmark.evidence/v1</c>.</param>
    /// <param name="cancellationToken">Ends the asking of live worlds.</param>
    /// <returns>A verdict that names every part that does not hold; what no longer reads as a bundle, and has the marks of one, fails <c>form</c> or <c>body</c>.</returns>
    /// <exception cref="BadInputException">It never was such a bundle (exit code 2).</exception>
    public async Task<VerifiedBundle> VerifyAsync(ReadOnlyMemory<byte> bundleUtf8, CancellationToken cancellationToken)
    {
        byte[] canonical;
        try
        {
            canonical = CanonicalJson.Canonicalize(bundleUtf8.Span);
        }
        catch (JsonRejectedException refusal)
        {
            return Unreadable(FormCheck.Judge("the bundle", bundleUtf8.Span, EvidenceFile.HallmarkBundle, refusal));
        }

        using var document = JsonDocument.Parse(canonical, new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 });
        Check wrapper;
        try
        {
            wrapper = JudgeWrapper(canonical, document.RootElement);
        }
        catch (BadInputException refusal)
        {
            return Unreadable(FormCheck.Judge(bundleUtf8.Span, EvidenceFile.HallmarkBundle, refusal));
        }

        BundleBody body;
        try
        {
            body = BundleBodyJson.Read(document.RootElement.GetProperty("body"));
        }
        catch (BadInputException refusal)
        {
            var broken = BundleChecks.Failed(BundleChecks.Body, "malformed", BundleChecks.Part(BundleChecks.Body, refusal.Message));
            return Unreadable(wrapper, broken);
        }

        return await VerifyAsync(body, wrapper, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies a body that was just gathered, before it is sealed.</summary>
    public Task<VerifiedBundle> VerifyAsync(BundleBody body, CancellationToken cancellationToken) =>
        VerifyAsync(body, wrapper: null, cancellationToken);

    private static VerifiedBundle Unreadable(params ReadOnlySpan<Check> checks) =>
        new(new Verdict("evidence bundle", [.. checks]), Body: null);

    private async Task<VerifiedBundle> VerifyAsync(BundleBody body, Check? wrapper, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        var entries = new EntryCheck[body.Entries.Length];
        Parallel.For(0, entries.Length, i => entries[i] = EntryCheck.Of(body.Entries[i], body.Subject, trust.Judge));
        var checkpoints = CheckpointChecks.Of(body, trust.Judge);
        var witnesses = await FindWitnessesAsync(body, checkpoints, cancellationToken).ConfigureAwait(false);
        var judgement = new WitnessJudgement(witnesses);
        var signatureFaults = entries.Select(entry => entry.SignatureFault is { } fault ? BundleChecks.Part(entry.Name, fault) : null);
        var inclusionFaults = entries.Zip(body.Entries, (found, entry) => JudgeInclusion(found, entry, checkpoints));
        Check?[] checks =
        [
            wrapper,
            JudgeSubject(body, entries),
            BundleChecks.Decide(BundleChecks.Signature, "signature_invalid", DescribeSigners(entries), signatureFaults),
            JudgeRecords(body, entries),
            checkpoints.Signed,
            checkpoints.Consistent,
            BundleChecks.Decide(
                BundleChecks.Inclusion,
                "not_included",
                string.Create(CultureInfo.InvariantCulture, $"{entries.Length} of {entries.Length} envelopes are in the ledger"),
                inclusionFaults
            ),
            judgement.Judge(),
            trust.Policy is { } policy ? judgement.Ask(policy, entries) : null,
        ];
        return new VerifiedBundle(
            new Verdict(body.Subject, [.. checks.OfType<Check>()])
            {
                Notes = NotesOn(body, entries),
                Witnesses = [.. witnesses.Select(item => item.Witness)],
            },
            body
        );
    }

    private async Task<IReadOnlyList<FoundWitness>> FindWitnessesAsync(
        BundleBody body,
        CheckpointChecks checkpoints,
        CancellationToken cancellationToken
    )
    {
        if (body.Receipts.IsEmpty)
        {
            return [];
        }

        var contents = new Dictionary<Digest, (AnchorTarget Target, ReadOnlyMemory<byte> Bytes, ulong? TreeSize, ulong? Index)>();
        foreach (var entry in body.Entries)
        {
            contents.TryAdd(DigestOf(entry.Envelope), (AnchorTarget.Envelope, entry.Envelope, null, entry.Inclusion.Index));
        }

        foreach (var (checkpoint, size) in body.Checkpoints.Zip(checkpoints.Sizes))
        {
            // One that does not hold covers nothing, whoever saw it.
            var covered = size is { } claimed && checkpoints.Roots.ContainsKey(claimed) ? size : null;
            contents.TryAdd(DigestOf(checkpoint.Note), (AnchorTarget.Checkpoint, checkpoint.Note, covered, null));
        }

        var found = new List<FoundWitness>();
        foreach (var receipt in body.Receipts)
        {
            var isHere = contents.TryGetValue(receipt.Digest, out var content) && content.Target == receipt.Target;
            var witness = await trust
                .Receipts.VerifyAsync(receipt, content.Bytes, trust.IsLive && isHere, cancellationToken)
                .ConfigureAwait(false);
            found.Add(
                new FoundWitness(isHere ? witness : ReceiptContent.Refute(receipt, witness, "the bundle"), content.TreeSize, content.Index)
            );
        }

        return found;
    }

    private static Digest DigestOf(ReadOnlyMemory<byte> content) => Digest.Compute(DigestAlgorithm.Sha256, content.Span);

    private static Check JudgeSubject(BundleBody body, EntryCheck[] entries) =>
        Array.Exists(entries, entry => entry.IsOfSubject && entry.EventId == body.EventId)
            ? Check.Passed(BundleChecks.Subject, $"event {body.EventId} speaks of {body.Subject}")
            : BundleChecks.Failed(
                BundleChecks.Subject,
                "another_subject",
                BundleChecks.Part("event " + body.EventId, $"no envelope of this id in the bundle speaks of {body.Subject}")
            );

    private static Check JudgeRecords(BundleBody body, EntryCheck[] entries)
    {
        var withheld = body.Entries.Count(entry => entry.Record is null);
        if (withheld == entries.Length)
        {
            return Check.Skipped(BundleChecks.Record, "withheld", "the bundle holds hashes only: every record was left out");
        }

        var there = string.Create(
            CultureInfo.InvariantCulture,
            $"{entries.Length - withheld} of {entries.Length} records are here and have the committed hash"
        );
        return BundleChecks.Decide(
            BundleChecks.Record,
            "record_differs",
            there,
            entries.Select(entry => entry.RecordFault is { } fault ? BundleChecks.Part(entry.Name, fault) : null)
        );
    }

    private static Difference? JudgeInclusion(EntryCheck found, BundleEntry entry, CheckpointChecks checkpoints) =>
        found.Root is { } root && checkpoints.Roots.TryGetValue(entry.Inclusion.TreeSize, out var signed) && root == signed
            ? null
            : BundleChecks.Part(found.Name, "its proof does not lead to the root of a checkpoint that holds");

    private static string DescribeSigners(EntryCheck[] entries)
    {
        var unknown = entries.Count(entry => entry.IsOfUnknownSigner);
        return unknown == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{entries.Length} of {entries.Length} envelopes are signed by keys that may")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{entries.Length} of {entries.Length} envelopes are signed; for the keys of {unknown} nobody here vouches"
            );
    }

    private static ImmutableArray<string> NotesOn(BundleBody body, EntryCheck[] entries)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        if (Array.Exists(entries, entry => entry.IsOfUnknownSigner))
        {
            notes.Add("whose keys signed is what the bundle's maker says; name the key that you know: --signer KEY");
        }

        if (body.VerdictAtExport is not null)
        {
            notes.Add("the live store was asked when the bundle was made, not now");
        }

        // The maker may have had nothing more, or may keep something back: the reader sees that the chain ends here.
        var here = entries.Select(entry => entry.EventId).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Follows.Where(eventId => !here.Contains(eventId)).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            {
                notes.Add($"{entry.Name} follows {string.Join(", ", missing)}, not in the bundle: what came before is not proven here");
            }
        }

        return notes.DrainToImmutable();
    }

    private static Check JudgeWrapper(byte[] canonical, JsonElement root)
    {
        var found = EvidenceVerifier.Verify(canonical);
        if (found.Status is EvidenceStatus.Malformed)
        {
            throw new BadInputException($"the bundle cannot be read: {string.Join("; ", found.Errors)}");
        }

        var faults = new List<Difference>();
        if (!found.BodyHashOk)
        {
            faults.Add(BundleChecks.Part("body_hash", "the body is not the one that was sealed"));
        }

        // Producers write lower case; the same signature in another form would make a second file of the same meaning.
        var signature = root.GetProperty("signature").GetString() ?? "";
        if (!found.SignatureOk || signature.Any(char.IsAsciiLetterUpper))
        {
            faults.Add(BundleChecks.Part("signature", "the wrapper is not signed by its own key"));
        }

        if (faults.Count > 0)
        {
            return BundleChecks.Failed(BundleChecks.Wrapper, "wrapper_invalid", faults);
        }

        return found.BodyType == BundleBody.BodyType
            ? Check.Passed(BundleChecks.Wrapper, $"sealed by {root.GetProperty("public_key").GetString()}; anybody may seal a bundle")
            : throw new BadInputException($"the bundle's body is of the type {found.BodyType}, not {BundleBody.BodyType}");
    }
}
