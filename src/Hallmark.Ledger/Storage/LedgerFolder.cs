using System.Globalization;

namespace Hallmark.Ledger.Storage;

/// <summary>Where things lie in a ledger's folder.</summary>
/// <param name="Path">The folder.</param>
internal sealed record LedgerFolder(string Path)
{
    /// <summary>Entries, lookups, chain heads, checkpoints, outbox.</summary>
    public string Database => System.IO.Path.Combine(Path, "ledger.db");

    /// <summary>Origin, verifier key and time of making, for people and other programs.</summary>
    public string Config => System.IO.Path.Combine(Path, "config.json");

    /// <summary>Locked by the process that writes.</summary>
    public string Lock => System.IO.Path.Combine(Path, "lock");

    /// <summary>Files that are locked by the process that does the outbox's work of a kind.</summary>
    public string Sending => System.IO.Path.Combine(Path, "sending");

    /// <summary>Half-written files; emptied at each start.</summary>
    public string Temporary => System.IO.Path.Combine(Path, "tmp");

    /// <summary>What an HTTP server may serve as it is.</summary>
    public string Public => System.IO.Path.Combine(Path, "public");

    /// <summary>The latest checkpoint, as served.</summary>
    public string LatestCheckpoint => System.IO.Path.Combine(Public, "checkpoint");

    /// <summary>Every published checkpoint, byte for byte, named by its size.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The published checkpoint of a size.</summary>
    public string Checkpoint(long size) => System.IO.Path.Combine(Checkpoints, size.ToString(CultureInfo.InvariantCulture));

    /// <summary>A file below <see cref="Public"/> by its path with slashes.</summary>
    public string PublicFile(string relativePath) =>
        System.IO.Path.Combine(Public, relativePath.Replace('/', System.IO.Path.DirectorySeparatorChar));
}
