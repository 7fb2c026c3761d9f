using System.Collections.Immutable;
using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Evidence.Bodies;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Evidence.Verification;

/// <summary>What is found of a bundle's checkpoints, by themselves.</summary>
internal sealed record CheckpointChecks
{
    private CheckpointChecks() { }

    /// <summary>Whether the ledger's key signed them.</summary>
    public required Check Signed { get; init; }

    /// <summary>Whether each is the beginning of the next; null where there is only one.</summary>
    public required Check? Consistent { get; init; }

    /// <summary>How many entries each speaks of, in the bundle's order; null for one that cannot be read.</summary>
    public required ImmutableArray<ulong?> Sizes { get; init; }

    /// <summary>The roots of the checkpoints, by size; none where any of them is not signed or does not fit its neighbours.</summary>
    public required ImmutableDictionary<ulong, TreeHash> Roots { get; init; }

    public static CheckpointChecks Of(BundleBody body, Func<string, DateTimeOffset?, SignerOpinion> judge)
    {
        var ledger = ClaimedLedger.Of(body.Origin, body.VerifierKey, body.Handovers);
        List<Difference> faults = [.. ledger.Faults, .. FindStrayHandovers(body)];
        if (body.Checkpoints.IsEmpty)
        {
            faults.Add(BundleChecks.Part("ledger", "it has no checkpoint"));
        }

        var read = new List<Checkpoint?>(body.Checkpoints.Length);
        foreach (var (note, i) in body.Checkpoints.Select((checkpoint, i) => (checkpoint.Note, i)))
        {
            var (checkpoint, fault) = Read(body.Origin, note, ledger.Keys);
            read.Add(checkpoint);
            if (fault is not null)
            {
                faults.Add(BundleChecks.Part(NameOf(i), fault));
            }
        }

        var apart = FindInconsistencies(body, read).ToList();
        return new CheckpointChecks
        {
            Signed = BundleChecks.Decide(BundleChecks.Checkpoints, "checkpoint_invalid", Describe(body, ledger, read, judge), faults),
            Consistent =
                read.Count < 2 && apart.Count == 0
                    ? null
                    : BundleChecks.Decide(
                        BundleChecks.Consistency,
                        "inconsistent",
                        string.Create(CultureInfo.InvariantCulture, $"each of {read.Count} checkpoints is the beginning of the next"),
                        apart
                    ),
            Sizes = [.. read.Select(checkpoint => (ulong?)checkpoint?.Size)],
            Roots =
                faults.Count == 0 && apart.Count == 0
                    ? read.OfType<Checkpoint>().ToImmutableDictionary(checkpoint => (ulong)checkpoint.Size, checkpoint => checkpoint.Root)
                    : ImmutableDictionary<ulong, TreeHash>.Empty,
        };
    }

    /// <summary>Reads a checkpoint, and says why it is not one of the ledger that the key in force signed.</summary>
    public static (Checkpoint? Checkpoint, string? Fault) Read(string origin, ReadOnlyMemory<byte> note, LogKeyChain? keys)
    {
        try
        {
            var signed = SignedNote.Parse(note);
            var checkpoint = Checkpoint.Parse(signed.Text.Span);
            var fault =
                checkpoint.Origin != origin ? $"it is of another ledger, {checkpoint.Origin}"
                : keys?.FindFault(signed, checkpoint.Size) is { } why ? $"it is not signed by the ledger's key: {why}"
                : null;
            return (checkpoint, fault);
        }
        catch (NoteFormatException fault)
        {
            return (null, fault.Message);
        }
    }

    private static IEnumerable<Difference> FindInconsistencies(BundleBody body, List<Checkpoint?> read)
    {
        for (var i = 0; i < read.Count; i++)
        {
            var proof = body.Checkpoints[i].FromPrevious;
            if (i == 0)
            {
                if (proof is not null)
                {
                    yield return BundleChecks.Part(NameOf(i), "it has a proof from a checkpoint before it, and is the first");
                }
            }
            else if (read[i - 1] is { } older && read[i] is { } newer)
            {
                var fits =
                    proof is not null
                    && proof.OldSize == (ulong)older.Size
                    && proof.NewSize == (ulong)newer.Size
                    && older.Size < newer.Size
                    && proof.Verifies(older.Root, newer.Root);
                if (!fits)
                {
                    yield return BundleChecks.Part(
                        NameOf(i),
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"nothing proves that the tree of {older.Size} is the beginning of that of {newer.Size}"
                        )
                    );
                }
            }
        }
    }

    private static string Describe(
        BundleBody body,
        ClaimedLedger ledger,
        List<Checkpoint?> read,
        Func<string, DateTimeOffset?, SignerOpinion> judge
    ) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{body.Checkpoints.Length} of the ledger {body.Origin}, signed by {ledger.Describe(read.OfType<Checkpoint>().Select(checkpoint => checkpoint.Size), judge)}"
        );

    // Else a handover could come from another history than the entries.
    private static IEnumerable<Difference> FindStrayHandovers(BundleBody body) =>
        body
            .Handovers.Where(handover => !body.Checkpoints.Any(checkpoint => checkpoint.Note.Span.SequenceEqual(handover.Note.Span)))
            .Select(handover =>
                BundleChecks.Part(
                    string.Create(CultureInfo.InvariantCulture, $"the handover of entry {handover.Inclusion.Index}"),
                    "its checkpoint is none of the bundle's"
                )
            );

    private static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"checkpoint {i}");
}
