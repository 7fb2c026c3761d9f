using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;

namespace Hallmark.Core.Checkpoints;

/// <summary>
/// The keys of one log, from the one it was made with to the one in force, each named by the key before it in an entry of the log. A checkpoint is the log's where the key in
/// force over its entries signed it: an older key signs nothing that covers its own retirement.
/// </summary>
/// <remarks>Immutable; compared by reference.</remarks>
public sealed class LogKeyChain
{
    /// <summary>Most handovers of one log.</summary>
    public const int MaxLength = 1_000;

    private readonly ImmutableArray<(long Index, KeyHandover Handover)> _handovers;

    /// <param name="first">The key that the log was made with; its name is the log's origin.</param>
    public LogKeyChain(NoteVerifierKey first)
        : this(first, []) { }

    private LogKeyChain(NoteVerifierKey first, ImmutableArray<(long Index, KeyHandover Handover)> handovers)
    {
        ArgumentNullException.ThrowIfNull(first);
        First = first;
        _handovers = handovers;
    }

    /// <summary>The log's name.</summary>
    public string Origin => First.Name;

    /// <summary>The key that the log was made with: the one to pin.</summary>
    public NoteVerifierKey First { get; }

    /// <summary>The key in force after all handovers.</summary>
    public NoteVerifierKey Current => _handovers.IsEmpty ? First : _handovers[^1].Handover.Successor;

    /// <summary>How many times the key was handed over.</summary>
    public int Length => _handovers.Length;

    /// <summary>The entries of the handovers, in the log's order.</summary>
    public ImmutableArray<long> Indices => [.. _handovers.Select(item => item.Index)];

    /// <summary>The payload hash of the newest handover, or null where there is none.</summary>
    public string? LastPayloadHash => _handovers.IsEmpty ? null : _handovers[^1].Handover.PayloadHash;

    /// <summary>The key that must have signed a checkpoint.</summary>
    /// <param name="size">How many entries it covers.</param>
    public NoteVerifierKey KeyAt(long size)
    {
        var key = First;
        foreach (var (index, handover) in _handovers)
        {
            if (index >= size)
            {
                break;
            }

            key = handover.Successor;
        }

        return key;
    }

    /// <summary>The keys that sign a checkpoint: the one in force, and each that was retired since the checkpoint before it.</summary>
    /// <param name="previousSize">How many entries that one covered; 0 where there is none.</param>
    /// <param name="size">How many this one covers.</param>
    public ImmutableArray<NoteVerifierKey> KeysBetween(long previousSize, long size) =>
        [
            .. _handovers
                .Where(item => item.Index >= previousSize && item.Index < size)
                .Select(item => item.Handover.Retired)
                .Append(KeyAt(size)),
        ];

    /// <summary>Prolongs the chain by an entry that claims to be a handover.</summary>
    /// <param name="index">Where the entry stands.</param>
    /// <param name="entry">Its bytes.</param>
    /// <param name="fault">Why it does not hold, in a clause; empty on success.</param>
    /// <returns>The longer chain; null where the entry does not hold.</returns>
    public LogKeyChain? Add(long index, ReadOnlySpan<byte> entry, out string fault)
    {
        if (KeyHandover.Read(Origin, entry, out fault) is not { } handover)
        {
            return null;
        }

        fault =
            Length >= MaxLength ? string.Create(CultureInfo.InvariantCulture, $"a ledger has at most {MaxLength} of them")
            : Length > 0 && index <= _handovers[^1].Index ? "it stands before the one that it follows"
            : handover.Retired != Current ? $"it retires the key {handover.Retired}, and the key in force is {Current}"
            : handover.PreviousHash != (LastPayloadHash ?? Envelopes.EnvelopeDrafts.Genesis) ? "it does not follow the handover before it"
            : HasHad(handover.Successor) ? $"it brings back the key {handover.Successor}, which was retired"
            : "";
        return fault.Length == 0 ? new LogKeyChain(First, _handovers.Add((index, handover))) : null;
    }

    /// <summary>Prolongs the chain by a handover that comes with its own proof.</summary>
    /// <param name="proof">The handover.</param>
    /// <param name="fault">Why it does not hold, in a clause; empty on success.</param>
    /// <returns>The longer chain; null where the handover does not hold.</returns>
    public LogKeyChain? Add(KeyHandoverProof proof, out string fault)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (proof.Inclusion.Index > long.MaxValue)
        {
            fault = "its place is none of a ledger";
            return null;
        }

        if (Add((long)proof.Inclusion.Index, proof.Entry.Span, out fault) is not { } longer)
        {
            return null;
        }

        try
        {
            var note = SignedNote.Parse(proof.Note);
            var checkpoint = Checkpoint.Parse(note.Text.Span);
            fault =
                checkpoint.Origin != Origin ? $"its checkpoint is of another ledger, {checkpoint.Origin}"
                : note.Verify(Current, longer.Current) is not { IsVerified: true, VerifiedKeys.Length: 2 }
                    ? "its checkpoint is not signed by both keys"
                : proof.Inclusion.TreeSize != (ulong)checkpoint.Size
                || !proof.Inclusion.Verifies(MerkleHash.Leaf(proof.Entry.Span), checkpoint.Root)
                    ? "it is not in the tree of its checkpoint"
                : "";
        }
        catch (NoteFormatException refusal)
        {
            fault = "its checkpoint cannot be read: " + refusal.Message;
        }

        return fault.Length == 0 ? longer : null;
    }

    /// <summary>Why a checkpoint is not signed as this log's must be, in a clause; null where it is.</summary>
    /// <param name="note">The checkpoint.</param>
    /// <param name="size">How many entries it covers.</param>
    public string? FindFault(SignedNote note, long size)
    {
        ArgumentNullException.ThrowIfNull(note);
        var key = KeyAt(size);
        var found = note.Verify(key);
        if (found.IsVerified)
        {
            return null;
        }

        foreach (var (index, handover) in _handovers)
        {
            if (index < size && handover.Retired != key && note.Verify(handover.Retired).IsVerified)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"it is signed by {handover.Retired} alone, which was retired by entry {index}; {key} must have signed it"
                );
            }
        }

        return found.Fault;
    }

    /// <summary>True where a key is or was one of the log's.</summary>
    public bool HasHad(NoteVerifierKey key) => First == key || _handovers.Any(item => item.Handover.Successor == key);
}
