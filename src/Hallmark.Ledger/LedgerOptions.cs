using Hallmark.Core.Events;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Ledger;

/// <summary>How a ledger is kept.</summary>
public sealed record LedgerOptions
{
    /// <summary>The ledger's folder, for example <c>~/.hallmark/ledger</c>; made where it is missing, with access for the owner only.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The log's name in its checkpoints: a URL without scheme. Fixed when the ledger is made; later it may be left out, and a different one is refused.
    /// Null for a new ledger: <c>hallmark.invalid/ledger/</c> and the first 16 hex digits of the key.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>False where a missing ledger is an error and not made.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>How long another process that writes this ledger is waited for, at the opening and at each turn. 10 seconds unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan LockTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The pause between two checkpoints while there is new work; 10 ms to 1 s. 500 ms unless set. It is shorter, down to 10 ms, where the next one would be begun more than 800 ms
    /// after this one, so that none covers much more than came in a second.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan PublishInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(10));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(1));
            field = value;
        }
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>False where checkpoints are made only by <see cref="EventLedger.PublishAsync"/> and on disposal.</summary>
    public bool PublishesByItself { get; init; } = true;

    /// <summary>Most appends in one transaction; 1 to 65,536. 2,048 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBatch
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65_536);
            field = value;
        }
    } = 2_048;

    /// <summary>True to keep partial tiles also when the full tile exists. They may go then (tlog-tiles), and do unless set.</summary>
    public bool KeepsPartialTiles { get; init; }

    /// <summary>
    /// Finds a key of the ledger; null where it is not at hand. Asked for a retired key only where a process died between a handover and the checkpoint that both keys sign, and
    /// for the key in force where another process handed the ledger over while this one had it open.
    /// </summary>
    public Func<NoteVerifierKey, ISigner?>? FindRetiredKey { get; init; }

    /// <summary>
    /// The work to do for a new checkpoint, made durable together with it. Gets the signed note, byte for byte. Must be quick, and must not call the ledger.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, IReadOnlyList<OutboxWork>>? CheckpointWork { get; init; }

    /// <summary>Most entries that one checkpoint adds.</summary>
    internal int MaxStretch { get; init; } = 1 << 16;
}
