namespace Hallmark.Mlflow.Events;

/// <summary>How the recorder works.</summary>
public sealed record RecorderOptions
{
    /// <summary>Renders an event's page (<c>ario/verification.html</c>), or null for none.</summary>
    public Func<PreparedEvent, Task<ReadOnlyMemory<byte>>>? RenderPage { get; init; }

    /// <summary>
    /// Called before anything is changed in MLflow (a version made, a stage or an alias moved): the place to make sure that the ledger can be written, because
    /// such a change cannot be recorded before it happened. It throws where it cannot.
    /// </summary>
    public Func<CancellationToken, Task>? BeforeChange { get; init; }

    /// <summary>
    /// The anchor that uploads each envelope by itself, so that tags and files of the upload are written once it is known (<see cref="UploadWriteBack"/>); null where none
    /// does.
    /// </summary>
    public string? UploadAnchor { get; init; }

    /// <summary>Finds the transaction id of an envelope's upload, also of one that is only prepared; null where it is not known. Null where nobody knows any.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, Task<string?>>? FindTransaction { get; init; }

    /// <summary>
    /// Whether records say which store they were recorded from (<see cref="StoreMark"/>), so that copies of a store can share a ledger; true unless set. Without the member <c>hallmark</c>
    /// they never do.
    /// </summary>
    public bool MarksStore { get; init; } = true;

    /// <summary>How often an event is sealed anew where another writer prolongs its chain at the same time; 1 to 100. 10 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
            field = value;
        }
    } = 10;
}
