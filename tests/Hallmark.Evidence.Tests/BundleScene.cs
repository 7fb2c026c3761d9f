using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Evidence.Verification;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests;

/// <summary>A ledger with a model's life in it, its receipts, and bundles made of it.</summary>
internal sealed class BundleScene : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly EventLedger _ledger;

    private BundleScene(TemporaryFolder folder, EventLedger ledger) => (_folder, _ledger) = (folder, ledger);

    public const string Model = "model:credit-scorer/3";

    public static DateTimeOffset SignedAt { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Ed25519PrivateKey Key { get; } = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public LedgerReader Ledger => _ledger.Reader;

    /// <summary>The trust of a reader who knows the signer and the notary.</summary>
    public static BundleTrust Trust { get; } =
        new() { Judge = Only(Key.PublicKey), Receipts = new ReceiptVerifiers([new Notary(Notary.Key.PublicKey)]) };

    public static Func<string, DateTimeOffset?, SignerOpinion> Only(Ed25519PublicKey key) =>
        (hex, _) => new SignerOpinion(hex == key.Hex ? SignerStanding.Trusted : SignerStanding.Refused, "risk-release");

    /// <summary>Five other events, then a dataset, a training and a registration that follow each other, under two checkpoints that the notary saw.</summary>
    public static async Task<BundleScene> CreateAsync()
    {
        var folder = new TemporaryFolder();
        var options = new LedgerOptions
        {
            Folder = Path.Combine(folder.Path, "ledger"),
            Origin = "ledger.example/tests",
            PublishesByItself = false,
        };
        var scene = new BundleScene(folder, await EventLedger.OpenAsync(options, Key, TimeProvider.System, CancellationToken.None));
        for (var i = 0; i < 5; i++)
        {
            await scene.AppendAsync(
                100 + i,
                EventTypes.Training,
                new JsonObject { ["type"] = SubjectTypes.Run, ["run_id"] = "other" },
                $"run:other{i}",
                new JsonObject()
            );
        }

        var dataset = await scene.AppendAsync(
            1,
            EventTypes.Dataset,
            new JsonObject
            {
                ["type"] = SubjectTypes.Dataset,
                ["name"] = "credit",
                ["digest"] = "d1",
            },
            "dataset:credit",
            new JsonObject()
        );
        var training = await scene.AppendAsync(
            2,
            EventTypes.Training,
            new JsonObject { ["type"] = SubjectTypes.Run, ["run_id"] = "r1" },
            "run:r1",
            new JsonObject { [HallmarkMember.Datasets] = new JsonArray(new JsonObject { ["event_id"] = dataset.EventId }) }
        );
        await scene.PublishAsync();
        await scene.AppendAsync(
            3,
            EventTypes.Registration,
            new JsonObject
            {
                ["type"] = SubjectTypes.ModelVersion,
                ["name"] = "credit-scorer",
                ["version"] = "3",
            },
            Model,
            new JsonObject { [HallmarkMember.Previous] = new JsonObject { ["event_id"] = training.EventId } }
        );
        await scene.PublishAsync();
        return scene;
    }

    public async Task<BundleBody> ComposeAsync(string subject = Model, bool hasOnlyHashes = false) =>
        await new BundleComposer(Ledger).ComposeAsync(
            subject,
            await Ledger.FindBySubjectAsync(subject, CancellationToken.None),
            hasOnlyHashes,
            CancellationToken.None
        );

    public static async Task<byte[]> SealAsync(BundleBody body)
    {
        var verdict = (await new BundleVerifier(Trust).VerifyAsync(body, CancellationToken.None)).Verdict;
        return BundleSealer.Seal(BundleBody.BodyType, BundleBodyJson.Write(body), verdict, SignedAt, Key).ToArray();
    }

    public static Task<VerifiedBundle> VerifyAsync(ReadOnlyMemory<byte> bundle, BundleTrust? trust = null) =>
        new BundleVerifier(trust ?? Trust).VerifyAsync(bundle, CancellationToken.None);

    /// <summary>An event of its own, signed.</summary>
    public static SealedEnvelope Seal(
        int number,
        string eventType,
        JsonObject subject,
        ReadOnlySpan<byte> record,
        Ed25519PrivateKey? key = null
    ) =>
        EnvelopeSealer.Seal(
            EnvelopeDrafts.Mlflow(
                EventId(number),
                eventType,
                subject,
                Convert.ToHexStringLower(SHA256.HashData(record)),
                EnvelopeDrafts.Genesis,
                SignedAt
            ),
            key ?? Key
        );

    public static string EventId(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:d12}");

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder.Path))
        {
            await _ledger.DisposeAsync();
            _folder.Dispose();
        }
    }

    public async Task<LoggedEntry> AppendAsync(int number, string eventType, JsonObject subject, string subjectKey, JsonObject links)
    {
        var payload = new JsonObject { ["event_type"] = eventType, ["number"] = number };
        if (links.Count > 0)
        {
            payload[HallmarkMember.Name] = links;
        }

        var record = CanonicalJson.Canonicalize(payload);
        return await _ledger.AppendAsync(
            new EventSubmission
            {
                Envelope = Seal(number, eventType, subject, record).Bytes,
                Record = record,
                EventId = EventId(number),
                EventType = eventType,
                PayloadHash = Convert.ToHexStringLower(SHA256.HashData(record)),
                SubjectKey = subjectKey,
            },
            CancellationToken.None
        );
    }

    /// <summary>Hands the ledger over to another key; the notary sees the checkpoint of both.</summary>
    public async Task HandOverAsync(Ed25519PrivateKey successor)
    {
        await _ledger.HandOverKeyAsync(successor, new RandomEventIds(), CancellationToken.None);
        await PublishAsync();
    }

    public Task KeepAsync(AnchorReceipt receipt) => _ledger.Receipts.PutAsync(receipt, CancellationToken.None);

    public async Task PublishAsync()
    {
        await _ledger.PublishAsync(CancellationToken.None);
        var checkpoint = (await Ledger.FindLatestCheckpointAsync(CancellationToken.None))!;
        await KeepAsync(Notary.Receipt(AnchorTarget.Checkpoint, checkpoint.Note, checkpoint.Size));
    }

    public static string TextOf(byte[] bundle) => Encoding.UTF8.GetString(bundle);
}
