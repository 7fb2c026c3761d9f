using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;

namespace Hallmark.Ledger.Tests;

/// <summary>A key, options and submissions for tests.</summary>
internal static class TestLedger
{
    public const string Origin = "ledger.example/tests";

    public static Ed25519PrivateKey Key { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public static LedgerOptions Options(string folder, bool publishes = false) =>
        new()
        {
            Folder = folder,
            Origin = Origin,
            PublishesByItself = publishes,
            LockTimeout = TimeSpan.FromMinutes(2),
        };

    public static Task<EventLedger> OpenAsync(string folder, bool publishes = false) => OpenAsync(Options(folder, publishes));

    public static Task<EventLedger> OpenAsync(LedgerOptions options) =>
        EventLedger.OpenAsync(options, Key, TimeProvider.System, CancellationToken.None);

    public static EventSubmission Event(string id, string? subject = null, ChainLink? chain = null, params OutboxWork[] work)
    {
        var record = Encoding.UTF8.GetBytes($"{{\"name\":\"{id}\"}}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(record));
        return new EventSubmission
        {
            Envelope = Encoding.UTF8.GetBytes($"{{\"event_id\":\"{id}\",\"event_type\":\"test\",\"payload_hash\":\"{hash}\"}}"),
            Record = record,
            EventId = id,
            EventType = "test",
            PayloadHash = hash,
            SubjectKey = subject,
            Chain = chain,
            Work = work,
        };
    }

    public static Task<LoggedEntry> AppendAsync(this EventLedger ledger, string id, string? subject = null) =>
        ledger.AppendAsync(Event(id, subject), CancellationToken.None);

    public static async Task AppendManyAsync(this EventLedger ledger, int count, string prefix = "event-")
    {
        var first = ledger.Count;
        await Task.WhenAll(
            Enumerable.Range(0, count).Select(i => ledger.AppendAsync(string.Create(CultureInfo.InvariantCulture, $"{prefix}{first + i}")))
        );
    }

    public static string HashOf(string id) => Event(id).PayloadHash;
}
