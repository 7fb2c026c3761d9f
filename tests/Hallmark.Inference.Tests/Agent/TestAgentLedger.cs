using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Agent;
using Hallmark.Ledger;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>A real ledger on disk, opened for each round. It can be another process's for a while, and uploads are known where a test says so.</summary>
internal sealed class TestAgentLedger(string folder, TimeProvider time) : IAgentLedger
{
    private static readonly Ed25519PrivateKey Signer = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    /// <summary>True while another process writes the ledger.</summary>
    public bool IsBusy { get; set; }

    /// <summary>What writing ends with; null where it goes well.</summary>
    public Exception? Trouble { get; set; }

    /// <summary>The upload of every envelope; null for none.</summary>
    public string? Transaction { get; set; }

    /// <summary>The key that signs, and the only one that is this home's own.</summary>
    public Ed25519PrivateKey Key { get; init; } = Signer;

    public string Folder { get; set; } = folder;

    public async Task<T> ReadAsync<T>(Func<IEventLogReader?, Task<T>> read, CancellationToken cancellationToken)
    {
        if (!LedgerReader.Exists(Folder))
        {
            return await read(null);
        }

        using var reader = LedgerReader.Open(Folder);
        return await read(reader);
    }

    public async Task WriteAsync(Func<IEventLog, ISigner, Task> write, CancellationToken cancellationToken)
    {
        if (Trouble is { } trouble)
        {
            throw trouble;
        }

        if (IsBusy)
        {
            throw new UnavailableException("another process writes the ledger");
        }

        await using var ledger = await EventLedger.OpenAsync(
            new LedgerOptions { Folder = Folder, Origin = "ledger.example/agent" },
            Signer,
            time,
            cancellationToken
        );
        await write(ledger, Key);
    }

    public Task<string?> FindTransactionAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken) =>
        Task.FromResult(Transaction);

    public Task<bool> IsOwnKeyAsync(string publicKeyHex) => Task.FromResult(publicKeyHex == Signer.PublicKey.Hex);

    /// <summary>Every entry so far, oldest first.</summary>
    public async Task<IReadOnlyList<LoggedEntry>> EntriesAsync()
    {
        if (!LedgerReader.Exists(Folder))
        {
            return [];
        }

        using var reader = LedgerReader.Open(Folder);
        var entries = new List<LoggedEntry>();
        await foreach (var entry in reader.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
