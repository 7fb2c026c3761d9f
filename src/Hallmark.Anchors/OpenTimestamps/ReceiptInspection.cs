using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Anchors.OpenTimestamps.Verification;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps;

/// <summary>The questions to one receipt, in order: what can be read from it, what the chain says, and what follows.</summary>
internal sealed class ReceiptInspection
{
    private readonly AnchorReceipt _receipt;
    private readonly OpenTimestampsTrust _trust;
    private readonly List<Check> _checks = [];
    private readonly OpenTimestampsProof? _proof;
    private Func<long, FoundHeader?> _find = static _ => null;
    private string? _source;
    private string? _outOfReach;

    public ReceiptInspection(AnchorReceipt receipt, ReadOnlyMemory<byte> content, OpenTimestampsTrust trust)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        _receipt = receipt;
        _trust = trust;
        Ask(
            "network",
            receipt.World == OpenTimestampsAnchor.WorldName && receipt.Network == trust.Network.Name,
            $"the receipt is of {receipt.World} on {receipt.Network}, expected is {trust.Network}"
        );
        Ask("content", receipt.Digest.IsOf(content.Span), "the receipt's digest against the content");
        try
        {
            _proof = OpenTimestampsProof.Read(receipt.Proof);
            Heights = _proof.File is { } file ? TimestampVerifier.HeightsOf(file.Timestamp) : [];
        }
        catch (BadInputException refusal)
        {
            _proof = null;
            Ask("proof", isPassed: false, refusal.Message);
        }

        AskProof();
        if (trust.HeaderFile is { } headers && headers.Network == trust.Network)
        {
            // Whatever else the chain is asked of: a reader's own file that does not hold is not passed over in silence.
            Ask("header_file", headers.Damage is null, headers.Damage ?? $"{headers.Description}: every header has its work and its place");
        }
    }

    /// <summary>The blocks that attest, as the proof says.</summary>
    public IReadOnlyList<long> Heights { get; } = [];

    private Timestamp? Timestamp => _proof?.File?.Timestamp;

    /// <summary>Takes somebody's word for what the chain is.</summary>
    public void LookUp(Func<long, FoundHeader?> find, string source)
    {
        _find = find;
        _source = source;
    }

    /// <summary>Whoever knows the chain does not answer.</summary>
    public void NoteOutOfReach(string reason) => _outOfReach = reason;

    public Witness Conclude()
    {
        var trusted = Timestamp is null ? null : TimestampVerifier.Judge(Timestamp, _find, _trust.RequiredDepth);
        AskCarriedHeaders();
        var usesCarried = trusted is not null && Decides(trusted) is null && Timestamp!.ReachesBitcoin && _trust.AllowUncheckedHeaders; // ! judged above
        var findings = usesCarried ? TimestampVerifier.Judge(Timestamp!, FindCarried, requiredDepth: 1) : trusted; // ! judged above
        var best = findings is null ? null : findings.Earliest ?? findings.EarliestShallow;
        AskBlock(findings, best, usesCarried);
        AskClaims(best);
        var isVerified =
            best?.Outcome is AttestationOutcome.Verified && !_checks.Exists(static check => check.Outcome is CheckOutcome.Failed);
        return new Witness
        {
            Anchor = _receipt.Anchor,
            World = _receipt.World,
            Network = _receipt.Network,
            Target = _receipt.Target,
            State = StateOf(best, usesCarried),
            IsOutside = true,
            Checks = [.. _checks],
            ExistedBefore = isVerified ? best!.Found!.Header.Time : null, // ! verified ones have both
            By = isVerified ? string.Create(CultureInfo.InvariantCulture, $"Bitcoin block {best!.Attested.Attestation.Height}") : null, // ! as above
            Trust = Describe(usesCarried),
            Reference = best?.Found?.Header.DisplayedHash,
            Depth = usesCarried ? null : best?.Found?.Depth,
            ExpectedAt = _receipt.ExpectedAt,
            Remark = isVerified ? "a block's time is its miner's clock, right to about two hours" : _receipt.Remark,
        };
    }

    // The finding on which the answer rests: a contradiction before all, then the earliest that holds.
    private static AttestationFinding? Decides(TimestampFindings findings) =>
        findings.Contradicted.FirstOrDefault() ?? findings.Earliest ?? findings.EarliestShallow;

    private FoundHeader? FindCarried(long height) =>
        _proof!.Headers.TryGetValue(height, out var header) ? new FoundHeader(header, Depth: 1) : null; // ! asked with a proof only

    private void AskProof()
    {
        if (_proof?.File is { } file)
        {
            Ask(
                "proof",
                file.FileHash is TimestampOperationKind.Sha256 && file.Digest.SequenceEqual(_receipt.Digest.Bytes),
                "the digest that the proof is about against the receipt's"
            );
        }
        else if (_proof is not null)
        {
            NotRun("proof", "not_submitted", "nothing was sent yet, or no calendar answered");
        }
    }

    private void AskCarriedHeaders()
    {
        foreach (var (height, header) in _proof?.Headers ?? new Dictionary<long, BlockHeader>())
        {
            var roots = Timestamp
                ?.AllAttestations()
                .Where(attested => attested.Attestation.Kind is TimeAttestationKind.Bitcoin && attested.Attestation.Height == height)
                .ToList();
            var isBorneOut =
                roots is { Count: > 0 }
                && roots.TrueForAll(attested => attested.Node.Message.SequenceEqual(header.MerkleRoot))
                && header.HasWork(_trust.Network)
                && (_find(height) is not { } found || found.Header.Hash.SequenceEqual(header.Hash));
            Ask(
                "carried_header",
                isBorneOut,
                isBorneOut
                    ? $"the receipt's header of block {height} has its work and the proof's root; that alone does not make it part of the chain"
                    : $"the receipt's header of block {height} does not fit the proof, the chain, or its own work"
            );
        }
    }

    private void AskBlock(TimestampFindings? findings, AttestationFinding? best, bool usesCarried)
    {
        const string name = "bitcoin_block";
        if (findings?.Contradicted.FirstOrDefault() is { } wrong)
        {
            Ask(
                name,
                isPassed: false,
                $"block {wrong.Attested.Attestation.Height} of {_trust.Network} has another Merkle root than the proof"
            );
        }
        else if (best is { Found: { } found })
        {
            Ask(
                name,
                isPassed: true,
                $"block {best.Attested.Attestation.Height} ({found.Header.DisplayedHash}) of {found.Header.Time:yyyy-MM-dd HH:mm} UTC"
                    + (usesCarried ? ", header not checked against a chain you trust" : $", by {_source}")
            );
            AskDepth(best, found, usesCarried);
        }
        else if (Timestamp?.ReachesBitcoin is true)
        {
            var reason =
                _outOfReach is not null ? "unreachable"
                : _source is null ? "header_not_trusted"
                : "block_not_found";
            NotRun(
                name,
                reason,
                _outOfReach
                    ?? (
                        _source is null
                            ? "header not checked against a chain you trust: name a node, an explorer or a header file"
                            : $"{_source} does not have the block"
                    ),
                isOutOfReach: true
            );
        }
        else
        {
            NotRun(name, "pending", "no Bitcoin block attests yet", isOutOfReach: true);
        }
    }

    private void AskDepth(AttestationFinding best, FoundHeader found, bool usesCarried)
    {
        const string name = "bitcoin_depth";
        if (usesCarried)
        {
            _checks.Add(Check.Skipped(name, "header_not_trusted", "how deep the block lies cannot be told from its header"));
        }
        else if (best.Outcome is AttestationOutcome.Verified)
        {
            Ask(name, isPassed: true, $"{found.Depth} blocks deep, {_trust.RequiredDepth} are required");
        }
        else
        {
            NotRun(name, "not_deep_enough", $"{found.Depth} blocks deep, {_trust.RequiredDepth} are required", isOutOfReach: true);
        }
    }

    // What the receipt says of itself must not be more or other than its proof says.
    private void AskClaims(AttestationFinding? best)
    {
        if (_proof is null)
        {
            return;
        }

        var block = _receipt.Block;
        var header = block is null ? null : _find(block.Height)?.Header ?? _proof.Headers.GetValueOrDefault(block.Height);
        var isBorneOut =
            (
                _receipt.State is not (ReceiptState.Confirmed or ReceiptState.Final)
                || (Timestamp?.ReachesBitcoin is true && block is not null)
            )
            && (_receipt.State is ReceiptState.Prepared) == (_proof.File is null)
            && (block is null || Heights.Contains(block.Height))
            && (header is null || block!.Id is null || block.Id == header.DisplayedHash) // ! there is a header of the block only
            && (header is null || block!.Time is null || block.Time == header.Time) // ! as above
            && (_receipt.Reference is null || _receipt.Reference == block?.Id);
        Ask("receipt", isBorneOut, "state, block and reference of the receipt against its proof");
    }

    private ReceiptState StateOf(AttestationFinding? best, bool usesCarried)
    {
        var proven =
            best?.Outcome is AttestationOutcome.Verified && !usesCarried ? ReceiptState.Final
            : best is not null ? ReceiptState.Confirmed
            : Timestamp is not null ? ReceiptState.Submitted
            : ReceiptState.Prepared;
        return _receipt.State is ReceiptState.Rejected || _receipt.State < proven ? _receipt.State : proven;
    }

    private string Describe(bool usesCarried) =>
        usesCarried ? "the header in the receipt: its work was checked, not that it is part of the chain"
        : _source is not null ? $"Bitcoin's proof of work, and {_source} for which blocks are in its chain"
        : Timestamp?.ReachesBitcoin is true ? "nobody was asked which blocks are in Bitcoin's chain"
        : "the calendars' promise, which proves no time";

    private void Ask(string name, bool isPassed, string detail) =>
        _checks.Add(
            new Check
            {
                Name = name,
                Outcome = isPassed ? CheckOutcome.Passed : CheckOutcome.Failed,
                Detail = detail,
            }
        );

    private void NotRun(string name, string reason, string detail, bool isOutOfReach = false) =>
        _checks.Add(Check.NotRun(name, reason, detail) with { IsOutOfReach = isOutOfReach });
}
