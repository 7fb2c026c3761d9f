using Hallmark.Core.Failures;
using Hallmark.Files;
using Hallmark.Sqlite;

namespace Hallmark.Inference.Predictions.Salted;

/// <summary>
/// The salts of this machine's predictions, in a database of their own beside the ledger, so that they can be deleted. Never published, never anchored. Safe for use by several
/// threads, and by several processes at a time.
/// </summary>
public sealed class SaltStore : IDisposable
{
    private const int ApplicationId = 0x484D534C; // HMSL
    private static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(10);
    private readonly string _path;
    private readonly SqliteSession _session;
    private readonly Lock _writing = new();
    private readonly Lock _gate = new();
    private List<Pending> _waiting = []; // guarded by _gate
    private bool _isFlushing; // guarded by _gate

    private SaltStore(string path, SqliteSession session) => (_path, _session) = (path, session);

    /// <summary>Opens a store, and makes it where it is missing, for its owner only.</summary>
    /// <exception cref="BadInputException">The file is something else.</exception>
    /// <exception cref="UnavailableException">The disk refuses.</exception>
    public static SaltStore Open(string path) => Open(path, DefaultBusyTimeout);

    /// <inheritdoc cref="Open(string)" />
    /// <param name="path">The store's file.</param>
    /// <param name="busyTimeout">How long somebody else who reads or writes it is waited for.</param>
    internal static SaltStore Open(string path, TimeSpan busyTimeout)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var isNew = !File.Exists(path);
            if (isNew)
            {
                MakeFile(path);
            }

            var session = SqliteSession.Open(path, SqliteAccess.Write, busyTimeout);
            var store = new SaltStore(path, session);
            store.Prepare();
            return store;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteFailureException)
        {
            throw Unavailable(path, failure);
        }
    }

    /// <summary>Keeps the salts of a prediction. Those that come together share one sync; one that is refused holds up no other.</summary>
    /// <returns>Ends when they are on disk.</returns>
    /// <exception cref="BadInputException">One of these fields has a salt already; nothing of the prediction was kept.</exception>
    /// <exception cref="UnavailableException">The disk refuses.</exception>
    public Task AddAsync(string decisionId, IReadOnlyList<FieldSalt> salts)
    {
        var pending = new Pending(decisionId, salts);
        lock (_gate)
        {
            _waiting.Add(pending);
            if (!_isFlushing)
            {
                _isFlushing = true;
                _ = Task.Run(Flush);
            }
        }

        return pending.Done.Task;
    }

    /// <summary>The salt of a field, or null where there is none, or none any more.</summary>
    public ReadOnlyMemory<byte>? Find(string decisionId, string side, string field) =>
        Run<ReadOnlyMemory<byte>?>(() =>
        {
            var row = _session.PrepareCached("SELECT salt FROM salt WHERE decision = ? AND side = ? AND field = ?");
            row.Bind(1, decisionId).Bind(2, side).Bind(3, field);
            var salt = row.Step() ? row.GetBytes(0).ToArray() : default(ReadOnlyMemory<byte>?);
            row.Reset();
            return salt;
        });

    /// <summary>Deletes salts for good: overwritten in the database, and gone from its log. What the disk or a backup keeps of old blocks is beyond it.</summary>
    /// <param name="decisionId">The prediction.</param>
    /// <param name="field">Only this field's, of either side; null for all.</param>
    /// <returns>How many were there. Also on 0 nothing of what was deleted before is left in the log.</returns>
    /// <exception cref="UnavailableException">The disk refuses; or the salts are deleted, but somebody reads the database and the log keeps them. The same call again finishes that.</exception>
    public int Forget(string decisionId, string? field) =>
        Run(() =>
        {
            var statement = _session.PrepareCached("DELETE FROM salt WHERE decision = ?1 AND (?2 IS NULL OR field = ?2)");
            statement.Bind(1, decisionId).Bind(2, field).Run();
            var deleted = _session.Changes;

            // Also where nothing was deleted now: an earlier call may have been stopped here, by a reader or with its process.
            if (_session.ReadNumber("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
            {
                throw new UnavailableException(
                    $"what was deleted of prediction {decisionId} may still stand in the log {_path}-wal: another program is using the database",
                    "end what reads or copies it, and run the same command again: it then clears the log"
                );
            }

            return deleted;
        });

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            _session.Dispose();
        }
    }

    private static void MakeFile(string path)
    {
        DurableFolder.CreatePrivate(Path.GetDirectoryName(Path.GetFullPath(path))!); // ! a file has a folder
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
    }

    private void Prepare()
    {
        var id = _session.ReadNumber("PRAGMA application_id");
        if (id != ApplicationId && (id != 0 || _session.ReadNumber("SELECT count(*) FROM sqlite_schema") != 0))
        {
            _session.Dispose();
            throw new BadInputException($"{_path} is another program's database", "name another file for the salts");
        }

        _session.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA secure_delete=ON");
        if (id == 0)
        {
            _session.Execute(
                "CREATE TABLE IF NOT EXISTS salt (decision TEXT NOT NULL, side TEXT NOT NULL, field TEXT NOT NULL, salt BLOB NOT NULL, PRIMARY KEY (decision, side, field)) WITHOUT ROWID"
            );
            _session.Execute($"PRAGMA application_id={ApplicationId}");
        }
    }

    private void Flush()
    {
        while (true)
        {
            List<Pending> batch;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _isFlushing = false;
                    return;
                }

                (batch, _waiting) = (_waiting, []);
            }

            Keep(batch);
        }
    }

    private void Keep(List<Pending> batch)
    {
        try
        {
            Run(() => Write(batch));
            batch.ForEach(pending => pending.Done.TrySetResult());
        }
        catch (BadInputException) when (batch.Count > 1)
        {
            // One that is refused must not fail the others: each gets a transaction of its own.
            batch.ForEach(pending => Keep([pending]));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            batch.ForEach(pending => pending.Done.TrySetException(failure));
        }
    }

    private int Write(List<Pending> batch)
    {
        var insert = _session.PrepareCached("INSERT INTO salt (decision, side, field, salt) VALUES (?, ?, ?, ?)");
        _session.Execute("BEGIN IMMEDIATE");
        foreach (var pending in batch)
        {
            foreach (var salt in pending.Salts)
            {
                insert.Bind(1, pending.DecisionId).Bind(2, salt.Side).Bind(3, salt.Field).Bind(4, salt.Salt.Span).Run();
            }
        }

        _session.Execute("COMMIT");
        return batch.Count;
    }

    private T Run<T>(Func<T> work)
    {
        lock (_writing)
        {
            try
            {
                return work();
            }
            catch (SqliteFailureException failure)
            {
                _session.TakeBack();
                throw failure.IsTaken
                    ? new BadInputException(
                        "a field of this prediction has a salt already",
                        failure,
                        "give the prediction an id of its own"
                    )
                    : Unavailable(_path, failure);
            }
        }
    }

    private static UnavailableException Unavailable(string path, Exception failure) =>
        new($"the salts in {path} cannot be used: {failure.Message}", failure, "see that the disk has room and that the folder is yours");

    private sealed record Pending(string DecisionId, IReadOnlyList<FieldSalt> Salts)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
