using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;

// Appends with several writers until it is killed (or, with a count, until each writer has appended so many), and says on stdout what was acknowledged and published:
//   opened <count>    entry <index> <event id>    checkpoint <size> <base64 of the note>    closed
// Arguments: folder, name of this run, writers, count for each writer or 0 for ever, milliseconds to wait for the lock, and, if wanted, how often to hand the ledger over to
// another key: then also    handing <number of the key>    handed <index> <number of the key>; and, if wanted, how many bytes to make each record longer by.
var (folder, run, writers, count, patience) = (args[0], args[1], Number(args[2]), Number(args[3]), Number(args[4]));
using var output = Console.OpenStandardOutput();
var gate = new Lock();
var handovers = args.Length > 5 ? Number(args[5]) : 0;
var padding = new string('x', args.Length > 6 ? Number(args[6]) : 0);
var inForce = await FindKeyInForceAsync();
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
                FindRetiredKey = wanted => Enumerable.Range(0, inForce).Select(Key).First(one => VerifierKey(one) == wanted.ToString()),
            },
            Key(inForce),
            TimeProvider.System,
            CancellationToken.None
        )
    )
    {
        Say($"opened {ledger.Count}");
        var appending = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => AppendAsync(ledger, writer))));
        for (var i = 0; i < handovers; i++)
        {
            Say($"handing {inForce + 1}");
            var entry = await ledger.HandOverKeyAsync(Key(++inForce), new RandomEventIds(), CancellationToken.None);
            Say($"handed {entry.Index} {inForce}");
        }

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
        var record = Encoding.UTF8.GetBytes($"{{\"name\":\"{id}\",\"padding\":\"{padding}\"}}");
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

async Task<int> FindKeyInForceAsync()
{
    if (!LedgerReader.Exists(folder))
    {
        return 0;
    }

    using var reader = LedgerReader.Open(folder);
    var current = (await reader.FindKeysAsync(CancellationToken.None)).Current.ToString();
    return Enumerable.Range(0, 10_000).First(number => VerifierKey(Key(number)) == current);
}

static Ed25519PrivateKey Key(int number) =>
    Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)(i > 2 || number == 0 ? i : number >> (8 * (i - 1))))]);

static string VerifierKey(Ed25519PrivateKey key) => NoteVerifierKey.ForEd25519("ledger.example/tests", key.PublicKey).ToString();

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
