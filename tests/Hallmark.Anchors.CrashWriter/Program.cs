using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hallmark.Anchors;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Anchors.Http;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Ledger;
using Hallmark.Ledger.Outbox;

// Appends events with work for an Arweave anchor and drains the outbox, until it is killed; or, told to finish, only drains what is there and ends.
// Arguments: folder of the ledger, address of the upload service, address of its key, "append" or "finish".
var (folder, service, bundler) = (args[0], new Uri(args[1]), args[2]);
var time = TimeProvider.System;
using var key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
using var client = new HttpClient(AnchorHttp.CreateHandler());
var http = new AnchorHttp(client, allowPlainHttp: false, time);
var options = new LedgerOptions
{
    Folder = folder,
    Origin = "ledger.example/tests",
    PublishesByItself = false,
    LockTimeout = TimeSpan.FromMinutes(1),
};

await using var ledger = await EventLedger.OpenAsync(options, key, time, CancellationToken.None);
using var anchor = new ArweaveAnchor(
    new ArweaveAnchorOptions
    {
        Name = "arweave",
        Target = AnchorTarget.Envelope,
        StatusDelay = TimeSpan.FromMilliseconds(1),
    },
    () => Ed25519Wallet.FromSeed(new byte[32], SignatureType.Solana),
    key,
    ledger.Receipts,
    new TurboClient(http, new TurboOptions { UploadService = service, BundlerAddresses = [bundler] }, time),
    new TurboPayments(http, new TurboOptions { PaymentService = null }),
    new ArweaveGateways([], http),
    new ArweaveRandomness(new RandomEventIds()),
    time
);
using var runner = new OutboxRunner(
    ledger.Outbox,
    [new AnchorWorkHandler(anchor, ledger.Receipts, AnchorSchedule.EveryCheckpoint, time)],
    new OutboxOptions { FirstPause = TimeSpan.FromMilliseconds(1) },
    time,
    new Random(1),
    new OutboxClaims(folder, TimeSpan.FromMinutes(1), time)
);
while (true)
{
    var drain = await runner.DrainAsync(CancellationToken.None);
    if (drain.Postponed + drain.Buried > 0)
    {
        return 1;
    }

    if (args[3] is "finish")
    {
        return 0;
    }

    var id = $"event-{ledger.Count.ToString(CultureInfo.InvariantCulture)}";
    var record = Encoding.UTF8.GetBytes($"{{\"name\":\"{id}\"}}");
    var hash = Convert.ToHexStringLower(SHA256.HashData(record));
    var envelope = Encoding.UTF8.GetBytes($"{{\"event_id\":\"{id}\",\"payload_hash\":\"{hash}\"}}");
    await ledger.AppendAsync(
        new EventSubmission
        {
            Envelope = envelope,
            Record = record,
            EventId = id,
            PayloadHash = hash,
            Work = [AnchorWork.Describe("arweave", AnchorSubmission.OfEnvelope(envelope))],
        },
        CancellationToken.None
    );
}
