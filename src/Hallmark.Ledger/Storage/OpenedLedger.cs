using System.Globalization;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Files;
using Hallmark.Ledger.Publishing;
using Hallmark.Sqlite;

namespace Hallmark.Ledger.Storage;

/// <summary>The parts of a ledger that is open to write: made, checked against what it published, and completed.</summary>
internal sealed record OpenedLedger(LedgerWriter Writer, Publisher Publisher, LookupIndexer Indexer, LedgerReader Reader)
{
    /// <inheritdoc cref="EventLedger.OpenAsync" />
    public static async Task<OpenedLedger> OpenAsync(
        LedgerOptions options,
        ISigner signer,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var folder = new LedgerFolder(Path.GetFullPath(options.Folder));
        if (!options.MayCreate && !File.Exists(folder.Database))
        {
            throw new LedgerFormatException($"there is no ledger at {folder.Path}", "make one with \"hallmark init\"");
        }

        var hold = await TakeLockAsync(folder, options, time, cancellationToken).ConfigureAwait(false);
        try
        {
            return Open(folder, options, signer, time, hold);
        }
        catch (SqliteFailureException failure)
        {
            hold.Dispose();
            throw LedgerDatabase.Translate(folder, failure);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            hold.Dispose();
            throw new UnavailableException(
                $"the ledger {folder.Path} cannot be opened: {e.Message}",
                e,
                "see that the disk has room and that you may write the folder"
            );
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private static async Task<LedgerLock> TakeLockAsync(
        LedgerFolder folder,
        LedgerOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            DurableFolder.CreatePrivate(folder.Path);
            return await LedgerLock.AcquireAsync(folder.Lock, options.LockTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"the ledger's folder {folder.Path} cannot be written: {e.Message}",
                e,
                "name another one with --home"
            );
        }
    }

    private static OpenedLedger Open(LedgerFolder folder, LedgerOptions options, ISigner signer, TimeProvider time, LedgerLock hold)
    {
        CheckBeforeWriting(folder);
        if (Directory.Exists(folder.Temporary))
        {
            Directory.Delete(folder.Temporary, recursive: true);
        }

        Directory.CreateDirectory(folder.Temporary);
        if (!File.Exists(folder.Database))
        {
            LedgerDatabase.Create(folder, MakeIdentity(options, signer, time));
        }

        var session = LedgerDatabase.OpenForWriting(folder);
        LedgerWriter? writer = null;
        Publisher? publisher = null;
        try
        {
            var identity = LedgerDatabase.ReadIdentity(folder, session);
            var keys = LedgerKeys.Load(session, identity);
            CheckIdentity(folder, options, signer, keys);
            LedgerConfig.WriteOrCheck(folder, identity);
            var turn = new LedgerTurn(folder.Lock, hold, options.LockTimeout, time);
            writer = new LedgerWriter(folder, session, turn, time, options.MaxBatch);
            var start = PublishedState.Load(folder, session, keys, writer.Size);
            var signers = CheckpointSigners.Open(folder, keys, signer, start.Latest?.Size ?? 0, options.FindRetiredKey);
            writer.Prepare(statements => statements.LoadRecent());
            publisher = new Publisher(folder, options, writer, signers, start.Edge, start.Latest);
            if (start.IsIncomplete && start.Latest is { } latest)
            {
                publisher.WriteCheckpointFiles(latest);
            }

            writer.CatchUp = statements =>
            {
                var keysNow = LedgerKeys.Load(session, identity);
                var now = PublishedState.Load(folder, session, keysNow, statements.NextIndex);
                statements.LoadRecent();
                publisher.Continue(now, FindSigners(folder, options, publisher.Signers.Current, keysNow, now));
            };
            var indexer = new LookupIndexer(writer, IndexedSize.Read(session));
            writer.Start();
            return new OpenedLedger(writer, publisher, indexer, new LedgerReader(folder, identity));
        }
        catch
        {
            if (writer is null)
            {
                session.Dispose();
            }

            publisher?.Close();
            writer?.Dispose();
            throw;
        }
    }

    // A folder that has been published from, but lost its database, must not become a new ledger under the same name.
    private static void CheckBeforeWriting(LedgerFolder folder)
    {
        if (File.Exists(folder.Database))
        {
            return;
        }

        if (File.Exists(folder.Config) || File.Exists(folder.LatestCheckpoint) || Directory.Exists(folder.Checkpoints))
        {
            throw new LedgerDamagedException(
                $"the ledger {folder.Path} has published, but its database ledger.db is gone",
                "restore the folder whole from a backup, or start anew in an empty one"
            );
        }
    }

    private static LedgerIdentity MakeIdentity(LedgerOptions options, ISigner signer, TimeProvider time)
    {
        var origin = options.Origin ?? "hallmark.invalid/ledger/" + signer.PublicKey.Hex[..16];
        return NoteKeyName.IsValid(origin) && origin.Length <= 255
            ? new LedgerIdentity(origin, NoteVerifierKey.ForEd25519(origin, signer.PublicKey), time.GetUtcNow().ToUniversalTime())
            : throw new BadInputException(
                $"\"{origin}\" cannot be a ledger's origin",
                "take a URL without scheme, such as ledger.example.com/models: no white space and no \"+\""
            );
    }

    private static void CheckIdentity(LedgerFolder folder, LedgerOptions options, ISigner signer, LogKeyChain keys)
    {
        if (options.Origin is { } origin && origin != keys.Origin)
        {
            throw new BadInputException(
                $"the ledger {folder.Path} has the origin \"{keys.Origin}\", not \"{origin}\"",
                "the origin is fixed when a ledger is made; leave it out or start a new ledger"
            );
        }

        var key = NoteVerifierKey.ForEd25519(keys.Origin, signer.PublicKey);
        if (key != keys.Current)
        {
            throw new BadInputException(
                $"the ledger {folder.Path} is signed with the key {keys.Current}"
                    + (keys.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" since entry {keys.Indices[^1]}"))
                    + $", and this key is {key}",
                "give the key that the ledger is signed with; who has it can hand over to another one: hallmark ledger rotate-key NAME",
                "where that key is lost nobody can sign for this ledger any more: docs/operations.md, A lost checkpoint key"
            );
        }
    }

    // Another process may have handed the ledger over meanwhile. That our key is not its key any more is then no fault of what somebody wants to append.
    private static CheckpointSigners FindSigners(
        LedgerFolder folder,
        LedgerOptions options,
        ISigner signer,
        LogKeyChain keys,
        PublishedState state
    )
    {
        try
        {
            var inForce =
                NoteVerifierKey.ForEd25519(keys.Origin, signer.PublicKey) == keys.Current ? signer
                : options.FindRetiredKey?.Invoke(keys.Current) is { } found ? found
                : signer;
            CheckIdentity(folder, options, inForce, keys);
            return CheckpointSigners.Open(folder, keys, inForce, state.Latest?.Size ?? 0, options.FindRetiredKey);
        }
        catch (BadInputException refusal)
        {
            throw new UnavailableException(refusal.Message, refusal, [.. refusal.Hints]);
        }
    }
}
