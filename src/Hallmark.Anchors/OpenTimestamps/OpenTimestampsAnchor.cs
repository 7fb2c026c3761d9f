using System.Security.Cryptography;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Anchors.OpenTimestamps.Verification;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps;

/// <summary>
/// OpenTimestamps: calendars gather digests of everybody and write one hash for all of them into Bitcoin. The digest leaves behind a nonce, so that no calendar learns
/// it; the same receipt handed over twice is the same 32 bytes, for which a calendar may make two promises and nobody pays.
/// </summary>
public sealed class OpenTimestampsAnchor(OpenTimestampsOptions options, CalendarPool calendars, TimeProvider time) : IAnchor
{
    /// <summary>The name of this kind of world in receipts.</summary>
    public const string WorldName = "opentimestamps";

    // Calendars write about once an hour and wait for the transaction to be buried; an estimate for people.
    private static readonly TimeSpan UsualTime = TimeSpan.FromHours(3);

    /// <inheritdoc />
    public string Name => options.Name;

    /// <inheritdoc />
    public string World => WorldName;

    /// <inheritdoc />
    public AnchorTarget Target => options.Target;

    /// <inheritdoc />
    public bool IsOutsideWitness => true;

    /// <inheritdoc />
    public Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        return Task.FromResult(
            new AnchorReceipt
            {
                Anchor = Name,
                World = World,
                Network = options.Network.Name,
                Target = submission.Target,
                Digest = submission.Digest,
                TreeSize = submission.TreeSize,
                State = ReceiptState.Prepared,
                PreparedAt = time.GetUtcNow(),
                Proof = new OpenTimestampsProof { Nonce = RandomNumberGenerator.GetBytes(StampRequest.NonceSize) }.ToJson(),
            }
        );
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        if (prepared.State is not ReceiptState.Prepared)
        {
            return prepared;
        }

        var nonce = OpenTimestampsProof.Read(prepared.Proof).Nonce ?? throw new BadInputException("the prepared receipt has no nonce");
        var request = StampRequest.Create([prepared.Digest.Bytes.ToArray()], [nonce]);
        var answers = await calendars.SubmitAsync(request.Tip, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return prepared with
        {
            State = ReceiptState.Submitted,
            SubmittedAt = now,
            RefreshAfter = now + options.RefreshEvery,
            ExpectedAt = now + UsualTime,
            Remark = "calendars promised a place in a Bitcoin block",
            Proof = new OpenTimestampsProof { File = Complete(request, answers) }.ToJson(),
        };
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var proof = OpenTimestampsProof.Read(receipt.Proof);
        if (receipt.IsSettled || proof.File is not { } file)
        {
            return receipt;
        }

        var remarks = new List<string>();
        file = await KeepWhatHoldsAsync(file, remarks, cancellationToken).ConfigureAwait(false);
        if (!file.Timestamp.ReachesBitcoin)
        {
            file = await UpgradeAsync(receipt, file, remarks, cancellationToken).ConfigureAwait(false);
        }

        return await DescribeAsync(receipt, file, remarks, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        var faults = await calendars.FindFaultsAsync(cancellationToken).ConfigureAwait(false);
        var reachable = calendars.Calendars.Length - faults.Count;
        var detail =
            $"{reachable} of {calendars.Calendars.Length} calendars answer, {calendars.WantedAnswers} are wanted; blocks of {options.Network} "
            + (
                options.Headers is { } headers
                    ? $"are checked with {headers.Description}"
                    : "are not checked: no source of headers is set up"
            );
        return new AnchorStatus(
            reachable >= calendars.WantedAnswers,
            string.Join("; ", faults.Select(static fault => fault.Message).Prepend(detail))
        );
    }

    private static DetachedTimestamp Complete(StampRequest request, Timestamp answers)
    {
        try
        {
            return request.Complete(answers)[0];
        }
        catch (ArgumentException fault)
        {
            throw new AnchorUnavailableException($"the calendars' answers do not fit a proof: {fault.Message}", fault);
        }
    }

    // A block that was there and is no more, after a reorganisation: its attestation is dropped, and the calendar is asked for the new one.
    private async Task<DetachedTimestamp> KeepWhatHoldsAsync(
        DetachedTimestamp file,
        List<string> remarks,
        CancellationToken cancellationToken
    )
    {
        if (options.Headers is not { } headers || !file.Timestamp.ReachesBitcoin)
        {
            return file;
        }

        var findings = await JudgeAsync(file.Timestamp, headers, cancellationToken).ConfigureAwait(false);
        var wrong = findings.Contradicted.Select(static finding => finding.Attested).ToHashSet();
        if (wrong.Count == 0 || file.Timestamp.Without(wrong.Contains) is not { } rest)
        {
            return file;
        }

        remarks.Add("a block that attested is no longer in the chain");
        return file.With(rest);
    }

    private async Task<DetachedTimestamp> UpgradeAsync(
        AnchorReceipt receipt,
        DetachedTimestamp file,
        List<string> remarks,
        CancellationToken cancellationToken
    )
    {
        var replies = await calendars.FindUpgradesAsync(file.Timestamp, cancellationToken).ConfigureAwait(false);
        if (
            replies.Count > 0
            && replies.All(static reply => reply.IsForgotten)
            && time.GetUtcNow() - (receipt.SubmittedAt ?? receipt.PreparedAt) >= options.ForgottenAfter
        )
        {
            // The receipt stays as it is: where a calendar finds the promise again, a retry goes on.
            throw new BadInputException(
                $"every calendar that made a promise for {receipt.Digest} has forgotten it: {string.Join(", ", replies.Select(static reply => reply.Calendar))}",
                "hallmark outbox retry asks them once more; a newer checkpoint covers what this one covered"
            );
        }

        if (replies.Count > 0 && replies.All(static reply => reply.Failure is not null))
        {
            throw new AnchorUnavailableException(
                "no calendar answers: " + string.Join("; ", replies.Select(static reply => reply.Remark)),
                replies[0].Failure
            )
            {
                RetryAfter = replies.Max(static reply => reply.Failure?.RetryAfter),
            };
        }

        foreach (var reply in replies)
        {
            if (reply.Timestamp is { } answer)
            {
                file = await TakeInAsync(file, reply.Calendar, answer, remarks, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                remarks.Add(reply.Remark ?? $"{reply.Calendar} has nothing yet");
            }
        }

        return file;
    }

    // Taken in unseen, a wrong answer would spoil the promises of the honest calendars: one wrong attestation makes a proof wrong.
    private async Task<DetachedTimestamp> TakeInAsync(
        DetachedTimestamp file,
        string calendar,
        Timestamp answer,
        List<string> remarks,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (options.Headers is { } headers)
            {
                var findings = await JudgeAsync(answer, headers, cancellationToken).ConfigureAwait(false);
                if (findings.Contradicted.Any())
                {
                    remarks.Add($"{calendar} answered with a proof that the chain contradicts; it is not kept");
                    return file;
                }

                if (findings.All.Any(static finding => finding.Outcome is AttestationOutcome.NotChecked))
                {
                    remarks.Add($"{calendar} names a block that {headers.Description} does not have yet");
                    return file;
                }
            }

            return file.With(file.Timestamp.MergeAtNodes([answer]));
        }
        catch (OtsRejectedException refusal)
        {
            remarks.Add($"{calendar} answered with something that does not fit the proof: {refusal.Message}");
            return file;
        }
    }

    private Task<TimestampFindings> JudgeAsync(
        Timestamp timestamp,
        Bitcoin.IBlockHeaderSource headers,
        CancellationToken cancellationToken
    ) => TimestampVerifier.JudgeAsync(timestamp, headers, options.RequiredDepth, cancellationToken);

    private async Task<AnchorReceipt> DescribeAsync(
        AnchorReceipt receipt,
        DetachedTimestamp file,
        List<string> remarks,
        CancellationToken cancellationToken
    )
    {
        var again = time.GetUtcNow() + options.RefreshEvery;
        var grown = receipt with
        {
            State = ReceiptState.Submitted,
            Block = null,
            Reference = null,
            RefreshAfter = again,
            Remark = Shorten(remarks),
            Proof = new OpenTimestampsProof { File = file }.ToJson(),
        };
        if (!file.Timestamp.ReachesBitcoin)
        {
            return grown;
        }

        if (options.Headers is not { } headers)
        {
            var height = TimestampVerifier.HeightsOf(file.Timestamp).Min();
            return grown with
            {
                State = ReceiptState.Confirmed,
                Block = new BlockPosition(height, Id: null, Time: null, Depth: null),
                RefreshAfter = null,
                ExpectedAt = null,
                Remark = $"a calendar says Bitcoin block {height}; not checked, since no source of headers is set up",
            };
        }

        var findings = await JudgeAsync(file.Timestamp, headers, cancellationToken).ConfigureAwait(false);
        if ((findings.Earliest ?? findings.EarliestShallow) is not { Found: { } found } best)
        {
            return grown with { Remark = Shorten([.. remarks, $"{headers.Description} does not have the block yet"]) };
        }

        var isFinal = best.Outcome is AttestationOutcome.Verified;
        return grown with
        {
            State = isFinal ? ReceiptState.Final : ReceiptState.Confirmed,
            Block = new BlockPosition(best.Attested.Attestation.Height!.Value, found.Header.DisplayedHash, found.Header.Time, found.Depth), // ! a Bitcoin attestation
            Reference = found.Header.DisplayedHash,
            RefreshAfter = isFinal ? null : again,
            ExpectedAt = isFinal ? null : receipt.ExpectedAt,
            Remark = isFinal ? null : Shorten([.. remarks, $"{found.Depth} of {options.RequiredDepth} blocks stand on it"]),
            Proof = new OpenTimestampsProof
            {
                File = isFinal ? Trim(file, best) : file,
                Headers = new Dictionary<long, Bitcoin.BlockHeader> { [best.Attested.Attestation.Height.Value] = found.Header },
            }.ToJson(),
        };
    }

    // What is final keeps the one path that proves it: no byte is left in it that could be changed unnoticed, such as a promise that nobody needs any more.
    private static DetachedTimestamp Trim(DetachedTimestamp file, AttestationFinding proven) =>
        file.With(file.Timestamp.Without(attested => attested != proven.Attested)!); // ! the proven one is left

    private static string? Shorten(List<string> remarks)
    {
        const int longest = 2_000;
        var text = string.Join("; ", remarks);
        return text.Length == 0 ? null
            : text.Length <= longest ? text
            : text[..longest] + "…";
    }
}
