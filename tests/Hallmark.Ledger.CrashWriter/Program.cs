using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

// Appends with several writers until it is killed (or, with a count, until each writer has appended so many), and says on stdout what was acknowledged and published:
//   opened <count>    entry <index> <event id>    checkpoint <size> <base64 of the note>    closed
// Arguments: folder, name of this run, writers, count for each writer or 0 for ever, milliseconds to wait for the lock.
var (folder, run, writers, count, patience) = (args[0], args[1], Number(args[2]), Number(args[3]), Number(args[4]));
using var output = Console.OpenStandardOutput();
var gate = new Lock();
using var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
try
{
    await using (
        var ledger = await EventLedger.OpenAsync(
            new LedgerOptions
            {
                Folder = folder,
                Origin = "ledger.example/tests",
                PublishInterval = TimeSpan.FromMilliseconds(10),
                LockTimeout = TimeSpan.FromMilliseconds(patience),
                CheckpointWork = note => [new OutboxWork("anchor", note)],
            },
            key,
            TimeProvider.System,
            CancellationToken.None
        )
    )
    {
        Say($"opened {ledger.Count}");
        var appending = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => AppendAsync(ledger, writer))));
        long said = 0;
        while (!appending.IsCompleted)
        {
            if (ledger.LatestCheckpoint is { } checkpoint && checkpoint.Size != said)
            {
                said = checkpoint.Size;
                Say($"checkpoint {said} {Convert.ToBase64String(checkpoint.Note.Span)}");
            }

            await Task.WhenAny(appending, Task.Delay(2));
        }

        await appending;
    }

    Say("closed");
    return 0;
}
catch (Hallmark.Core.Failures.HallmarkException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}

async Task AppendAsync(EventLedger ledger, int writer)
{
    for (var i = 0; count == 0 || i < count; i++)
    {
        var id = $"{run}-{writer}-{i}";
        var record = Encoding.UTF8.GetBytes($"{{\"name\":\"{id}\"}}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(record));
        var head = await ledger.FindChainHeadAsync("chain", CancellationToken.None);
        var submission = new EventSubmission
        {
            Envelope = Encoding.UTF8.GetBytes($"{{\"event_id\":\"{id}\",\"payload_hash\":\"{hash}\"}}"),
            Record = record,
            EventId = id,
            PayloadHash = hash,
            SubjectKey = $"writer:{writer}",
            Chain = i % 5 == 0 ? new ChainLink("chain", head) : null,
            Work = [new OutboxWork("mail", Encoding.UTF8.GetBytes(id))],
        };
        try
        {
            var entry = await ledger.AppendAsync(submission, CancellationToken.None);
            Say($"entry {entry.Index} {id}");
        }
        catch (ChainMovedException)
        {
            // Another writer was first: this event stays away.
        }
    }
}

// One unbuffered write for each line: what was said before the kill was said.
void Say(string line)
{
    var bytes = Encoding.ASCII.GetBytes(line + "\n");
    lock (gate)
    {
        output.Write(bytes);
    }
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
