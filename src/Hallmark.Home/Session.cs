using Hallmark.Anchors;
using Hallmark.Anchors.Http;
using Hallmark.Artifacts.Cache;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Core.Policies;
using Hallmark.Core.Signatures;
using Hallmark.Home.Family;
using Hallmark.Home.Settings;
using Hallmark.Home.Worlds;
using Hallmark.Keys;
using Hallmark.Keys.Trust;
using Hallmark.Ledger;
using Hallmark.Ledger.Outbox;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Home;

/// <summary>What one command works with. Nothing is made, read or locked before it is asked for; all is closed together.</summary>
public sealed class Session(SessionOptions options) : IAsyncDisposable
{
    /// <summary>How long a command waits for another process that does outbox work of the same kind; then it leaves the work to that one.</summary>
    private static readonly TimeSpan SendingPatience = TimeSpan.FromSeconds(10);

    /// <summary>The same for a worker, which comes again.</summary>
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SigningKeys _keys = new(
        options.Home.Path,
        options.Environment.GetValueOrDefault("HOME", options.Home.Path),
        name => options.Environment.GetValueOrDefault(name)
    );

    private SessionStores? _stores;
    private SigningKey? _signer;
    private readonly List<SigningKey> _opened = [];
    private EventLedger? _ledger; // guarded by _opening
    private LedgerReader? _reader;
    private HomeClients? _clients;
    private IReadOnlyList<ConfiguredAnchor>? _anchors;
    private WorldTools? _tools;
    private RehashCache? _cache;

    /// <summary>Where settings, keys and ledger lie.</summary>
    public HomeFolder Home => options.Home;

    /// <summary>What the settings file says.</summary>
    public HallmarkSettings Settings => options.Settings;

    /// <summary>The clock.</summary>
    public TimeProvider Time => options.Time;

    /// <summary>True where no cached digest is used.</summary>
    public bool IsParanoid => options.IsParanoid;

    /// <summary>The signing keys of this home.</summary>
    public SigningKeys Keys => _keys;

    /// <summary>Who may have signed, as the settings say.</summary>
    public TrustedKeys TrustedKeys => options.Settings.TrustedKeys;

    /// <summary>True where no connection is made.</summary>
    public bool IsOffline => options.IsOffline;

    /// <summary>The environment's variables.</summary>
    public IReadOnlyDictionary<string, string> Environment => options.Environment;

    /// <summary>A bounded client for places that no settings name; plain HTTP to this machine only.</summary>
    public AnchorHttp CreateAnchorHttp() => Tools.CreateHttp(allowPlainHttp: false);

    /// <summary>What the ar.io family's own command line asks.</summary>
    /// <exception cref="BadInputException">The environment names a verification service that is no address.</exception>
    public FamilySources FindFamilySources() => FamilySources.Of(Settings, Tools);

    /// <summary>The anchors of the settings.</summary>
    public IReadOnlyList<ConfiguredAnchor> Anchors => _anchors ??= OpenAnchors();

    /// <summary>Digests of files hashed before; null where every byte is to be read again.</summary>
    public RehashCache? OpenCache() => IsParanoid ? null : _cache ??= RehashCache.Open(Home.CacheFolder, Time);

    /// <summary>True where this home has a ledger.</summary>
    public bool HasLedger => LedgerReader.Exists(Home.LedgerFolder);

    /// <summary>The MLflow store: as named, else the environment's, else the settings', else <c>./mlruns</c>.</summary>
    /// <exception cref="BadInputException">The URI or a relocation is malformed, or names no store.</exception>
    /// <exception cref="UnavailableException">The store is on the network, and the command is offline.</exception>
    public IMlflowStore OpenStore() => Stores.Open();

    /// <summary>What a recorder of MLflow events is to know of uploads: which anchor makes them, and the transaction ids that are known.</summary>
    public RecorderOptions DescribeUploads(RecorderOptions recorder) =>
        DirectUploads.Of(Settings, Tools) is { } uploads
            ? recorder with
            {
                UploadAnchor = uploads.Anchor,
                FindTransaction = uploads.FindTransactionAsync,
            }
            : recorder;

    /// <summary>The key that signs here; made on first use where nothing names another.</summary>
    public SigningKey OpenSigner()
    {
        Home.Create();
        return _signer ??= _keys.Open(options.Key ?? options.Settings.SigningKey);
    }

    /// <summary>
    /// The ledger, to write; made on first use. It stays open until the session ends. Other processes write it too, by turns: its lock is held only while something is written.
    /// </summary>
    public async Task<EventLedger> OpenLedgerAsync(CancellationToken cancellationToken)
    {
        // One opening at a time: a second one would wait for the first one's lock.
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _ledger ??= await EventLedger
                .OpenAsync(
                    new LedgerOptions
                    {
                        Folder = Home.LedgerFolder,
                        Origin = Settings.Origin,
                        CheckpointWork = DescribeCheckpointWork,
                        FindRetiredKey = FindKey,
                    },
                    await OpenLedgerSignerAsync(cancellationToken).ConfigureAwait(false),
                    Time,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The key that will sign here: the one there is; where there is none, one that is made when something is signed.</summary>
    /// <exception cref="KeyException">A key was named, or is there, that cannot be used.</exception>
    public ISigner PrepareSigner()
    {
        _signer ??= _keys.Find(options.Key ?? options.Settings.SigningKey);
        return _signer is null ? new DeferredSigner(OpenSigner) : _signer;
    }

    /// <summary>
    /// The ledger that will be written: the one there is, opened; where there is none, one that is made by the first append. The work of anchoring each envelope becomes
    /// durable together with it.
    /// </summary>
    public async Task<IEventLog> PrepareLedgerAsync(CancellationToken cancellationToken)
    {
        var named = new Lazy<string?>(Stores.FindNamed);
        var exists = HasLedger;
        if (exists)
        {
            _ = await OpenLedgerAsync(cancellationToken).ConfigureAwait(false);
        }

        return new PredictionWriteBackLog(
            new AnchoringLog(new DeferredLedger(OpenLedgerAsync, FindLedger, exists), Anchors, FindLedger),
            () => named.Value,
            DirectUploads.Of(Settings, Tools)?.Anchor,
            async (work, token) =>
                _ = await (await OpenLedgerAsync(token).ConfigureAwait(false)).Outbox.AddAsync(work, token).ConfigureAwait(false),
            options.Complain
        );
    }

    /// <summary>Hands the ledger's checkpoints over to a key of <c>keys/</c>, which is made where it is not there yet.</summary>
    /// <param name="name">The key that follows.</param>
    /// <param name="cancellationToken">Ends the waiting for another writer.</param>
    /// <exception cref="BadInputException">There is no ledger, the key in force is not at hand, or the key that follows was retired before.</exception>
    public async Task<LedgerRotation> RotateLedgerKeyAsync(string name, CancellationToken cancellationToken)
    {
        _ = _keys.Folder.Contains(name); // refuses what is no name, before anything is opened
        if (!HasLedger)
        {
            throw new BadInputException($"there is no ledger in {Home.Path} yet", "make one: hallmark init");
        }

        // Opened first: where the key in force is lost, no new one is made.
        var ledger = await OpenLedgerAsync(cancellationToken).ConfigureAwait(false);
        var successor = _keys.Folder.OpenOrCreate(name);
        _opened.Add(successor);
        var retired = ledger.Keys.Current;
        var entry = IsOf(retired, successor.PublicKey)
            ? null
            : await ledger.HandOverKeyAsync(successor, new RandomEventIds(), cancellationToken).ConfigureAwait(false);
        return new LedgerRotation(entry, retired, ledger.Keys.Current, successor, ledger.LatestCheckpoint);
    }

    // A ledger's checkpoints keep their key until it is handed over, whichever key signs the events in it: a new signing key needs no new ledger.
    private async Task<SigningKey> OpenLedgerSignerAsync(CancellationToken cancellationToken)
    {
        if (await FindLedgerKeyAsync(cancellationToken).ConfigureAwait(false) is not { } key)
        {
            return OpenSigner();
        }

        _signer ??= _keys.Find(options.Key ?? options.Settings.SigningKey);
        return _signer is { } signer && IsOf(key, signer.PublicKey)
            ? signer
            : FindKey(key)
                ?? _signer
                ?? throw new BadInputException(
                    $"the ledger {Home.LedgerFolder} is signed with the key {key}, which is not in {Home.KeysFolder}",
                    "put its file back from a backup",
                    "where that key is lost nobody can sign for this ledger any more: docs/operations.md, A lost checkpoint key"
                );
    }

    private SigningKey? FindKey(NoteVerifierKey wanted)
    {
        if (_opened.Find(key => IsOf(wanted, key.PublicKey)) is { } open)
        {
            return open;
        }

        var known = _keys
            .List()
            .FirstOrDefault(key => Ed25519PublicKey.TryParseHex(key.PublicKeyHex, out var listed) && IsOf(wanted, listed));
        if (known is null)
        {
            return null;
        }

        var found = _keys.OpenListed(known);
        _opened.Add(found);
        return found;
    }

    private static bool IsOf(NoteVerifierKey wanted, Ed25519PublicKey key) => NoteVerifierKey.ForEd25519(wanted.Name, key) == wanted;

    private async Task<NoteVerifierKey?> FindLedgerKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return FindLedger() is { } reader ? (await reader.FindKeysAsync(cancellationToken).ConfigureAwait(false)).Current : null;
        }
        catch (LedgerFormatException)
        {
            // An earlier command was cut off before it had made the ledger; opening it to write decides.
            return null;
        }
    }

    /// <summary>The ledger, to look things up; null where this home has none.</summary>
    public LedgerReader? FindLedger() => _reader ??= HasLedger ? LedgerReader.Open(Home.LedgerFolder) : null;

    /// <summary>Who saw the events of this home's ledger.</summary>
    /// <param name="isLive">True where the live worlds are asked too.</param>
    /// <param name="policy">Which witnesses are required; null for none.</param>
    public WitnessSearch FindWitnesses(bool isLive, WitnessPolicy? policy) => new(FindLedger(), Anchors, isLive, policy);

    /// <summary>Publishes a checkpoint over what is new, then does the outbox's work that is due: write-back to MLflow, envelopes and checkpoints to their anchors.</summary>
    public Task<OutboxReport> DrainOutboxAsync(CancellationToken cancellationToken) =>
        DrainOutboxAsync(watch: null, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <inheritdoc cref="DrainOutboxAsync(CancellationToken)" />
    /// <param name="watch">Is told of each piece that was tried; called from several threads. Or null.</param>
    /// <param name="budget">No more pieces are started after this time; those under way end.</param>
    /// <param name="cancellationToken">Ends the work under way too; it stays in the outbox.</param>
    public async Task<OutboxReport> DrainOutboxAsync(Action<OutboxStep>? watch, TimeSpan budget, CancellationToken cancellationToken)
    {
        var ledger = await OpenLedgerAsync(cancellationToken).ConfigureAwait(false);
        var latest = await ledger.PublishAsync(cancellationToken).ConfigureAwait(false);
        var patience = budget == Timeout.InfiniteTimeSpan ? SendingPatience : WorkerPatience;
        return await new OutboxRound(options, FindLedger()!, ledger, ClaimOutbox(patience), latest?.Size, Anchors, Tools, Stores) // ! it is open
            .DrainAsync(watch, budget, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Keeps two processes from the same outbox work.</summary>
    /// <param name="patience">How long another process that does work of the same kind is waited for.</param>
    internal OutboxClaims ClaimOutbox(TimeSpan patience) => new(Home.LedgerFolder, patience, Time);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync().ConfigureAwait(false);
        }

        _opening.Dispose();
        _reader?.Dispose();
        if (_stores is not null)
        {
            await _stores.DisposeAsync().ConfigureAwait(false);
        }

        if (_clients is not null)
        {
            await _clients.DisposeAsync().ConfigureAwait(false);
        }

        _signer?.Dispose();
        _opened.ForEach(key => key.Dispose());
    }

    private IReadOnlyList<OutboxWork> DescribeCheckpointWork(ReadOnlyMemory<byte> note)
    {
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text.Span);
        return
        [
            .. Anchors
                .Where(anchor => anchor.Target is AnchorTarget.Checkpoint)
                .Select(anchor =>
                    AnchorWork.Describe(anchor.Name, AnchorSubmission.OfCheckpoint(checkpoint.Origin, checkpoint.Size, note))
                ),
        ];
    }

    private SessionStores Stores => _stores ??= new SessionStores(options, isInsecure => Clients.CreateMlflow(isInsecure));

    private HomeClients Clients => _clients ??= new HomeClients(IsOffline);

    private WorldTools Tools =>
        _tools ??= new WorldTools(
            Home,
            options.Environment,
            Time,
            () => Clients.CreateAnchor(),
            new DeferredSigner(OpenSigner),
            new DeferredReceipts(FindLedger),
            IsOffline
        );

    private ConfiguredAnchor[] OpenAnchors() => [.. Settings.Anchors.Select(anchor => new ConfiguredAnchor(anchor, Tools))];
}
