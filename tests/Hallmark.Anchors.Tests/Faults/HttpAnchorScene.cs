using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.Tests.ArioVerify;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Anchors.Tests.Http;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.Tests.OpenTimestamps.Calendars;
using Hallmark.Anchors.Tests.TimeStampAuthority;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Events;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>Each world that is asked over HTTP, honest and at its own address; an anchor is made with any of them at another address.</summary>
internal sealed class HttpAnchorScene : IAsyncDisposable
{
    private readonly MovedHandler _moved = new(AnchorHttp.CreateHandler());
    private readonly CountingHandler _counting;
    private readonly HttpClient _client;
    private readonly List<ArweaveAnchor> _anchors = [];
    private LoopbackServer? _authorityServer;

    private HttpAnchorScene(OpenSslAuthority authority)
    {
        Authority = authority;
        _counting = new CountingHandler(_moved);
        _client = new HttpClient(_counting);
    }

    /// <summary>The clock of time limits; it stands still unless a slow place moves it.</summary>
    public TestClock Limits { get; } = new(runs: false);

    /// <summary>The clock of receipts, by which nobody waits.</summary>
    public HurriedTime Time { get; } = new();

    public MemoryReceipts Receipts { get; } = new();

    public TurboServer Bundler { get; private set; } = null!; // set by StartAsync

    public GatewayServer Gateway { get; private set; } = null!; // set by StartAsync

    public TestCalendar Calendar { get; private set; } = null!; // set by StartAsync

    public VerifyService? Verify { get; private set; }

    public TestChain Chain { get; } = new();

    /// <summary>A real one; the only world of which a stand-in could not sign.</summary>
    public OpenSslAuthority Authority { get; }

    /// <summary>Bytes of answers that were read so far.</summary>
    public long BytesRead => _counting.BytesRead;

    public static AnchorSubmission Submission => ArweaveWorld.Checkpoint(41);

    /// <param name="authority">See <see cref="Authority"/>.</param>
    /// <param name="part">Which place the test is about; see <see cref="Anchor"/>.</param>
    public static async Task<HttpAnchorScene> StartAsync(OpenSslAuthority authority, string part)
    {
        var scene = new HttpAnchorScene(authority)
        {
            Bundler = await TurboServer.StartAsync(),
            Gateway = await GatewayServer.StartAsync(),
            Calendar = await TestCalendar.StartAsync(),
            Verify = part == "ar.io verify" ? await VerifyService.StartAsync() : null,
        };
        scene._authorityServer = part == "authority" ? await authority.ServeAsync() : null;
        return scene;
    }

    /// <summary>An anchor with one of its places elsewhere.</summary>
    /// <param name="part">Which place: <c>bundler</c>, <c>gateway</c>, <c>ar.io verify</c>, <c>calendar</c> or <c>authority</c>.</param>
    /// <param name="address">Where it is instead; null for where it is.</param>
    public IAnchor Anchor(string part, string? address = null)
    {
        string At(string name, string usual) => name == part && address is not null ? address : usual;

        return part switch
        {
            "calendar" => OpenTimestamps(new Uri(At("calendar", Calendar.Address))),
            "authority" => TimeStamp(new Uri(At("authority", _authorityServer!.Address))), // ! started for this part
            _ => Arweave(
                new Uri(At("bundler", Bundler.Address.ToString())),
                At("gateway", Gateway.Address),
                Verify is null ? null : At("ar.io verify", Verify.Server.Address)
            ),
        };
    }

    /// <summary>From now on the calendar answers at an address that its promises name.</summary>
    public void PutCalendarAt(string address) => _moved.Moves[new Uri(address).Authority] = Calendar.Uri;

    /// <summary>Handles a piece of work as the outbox does.</summary>
    public Task<OutboxResult> HandleAsync(IAnchor anchor) =>
        new AnchorWorkHandler(anchor, Receipts, AnchorSchedule.EveryCheckpoint, Time).HandleAsync(
            AnchorWork.Describe(anchor.Name, Submission),
            CancellationToken.None
        );

    /// <summary>Lets the world do its part for a submitted receipt: the item in a block, the calendar's transaction mined.</summary>
    public async Task ProveAsync(AnchorReceipt receipt)
    {
        if (receipt.World == ArweaveAnchor.WorldName)
        {
            var item = ArweaveWorld.Proof(receipt).Item;
            Gateway.Hold(item);
            Gateway.Mine(item.Id, Gateway.Height, Time.GetUtcNow());
            if (Verify is not null)
            {
                (Verify.Subject, Verify.Content, Verify.Block) = (item.Id, item.Data, Gateway.Height);
            }
        }
        else
        {
            await Calendar.AttestAsync(Chain);
            Chain.Grow(6);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _anchors.ForEach(static anchor => anchor.Dispose());
        await Bundler.DisposeAsync();
        await Gateway.DisposeAsync();
        await Calendar.DisposeAsync();
        await (Verify?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_authorityServer?.DisposeAsync() ?? ValueTask.CompletedTask);
        _client.Dispose();
    }

    private AnchorHttp Http() => new(_client, allowPlainHttp: false, Limits);

    private ArweaveAnchor Arweave(Uri upload, string gateway, string? verify)
    {
        var options = new ArioVerifyOptions
        {
            Address = new Uri((verify ?? "https://unused.example") + "/verify/"),
            TrustedOperators = Verify is null ? [] : [Verify.Operator],
            PollFor = TimeSpan.Zero,
        };
        var anchor = new ArweaveAnchor(
            new ArweaveAnchorOptions
            {
                Name = "witness",
                Target = AnchorTarget.Checkpoint,
                StatusDelay = TimeSpan.Zero,
            },
            static () => TestWallets.Of(SignatureType.Solana),
            ArweaveWorld.Signer,
            Receipts,
            new TurboClient(Http(), new TurboOptions { UploadService = upload, BundlerAddresses = [TurboServer.BundlerAddress] }, Time),
            new TurboPayments(Http(), new TurboOptions { PaymentService = upload }),
            new ArweaveGateways([gateway], Http()),
            new ArweaveRandomness(new RandomEventIds()),
            Time,
            verify is null ? null : new AttestationRequest(new ArioVerifyClient(Http(), options, Time), options, Time)
        );
        _anchors.Add(anchor);
        return anchor;
    }

    private OpenTimestampsAnchor OpenTimestamps(Uri calendar) =>
        new(
            new OpenTimestampsOptions
            {
                Name = "witness",
                Network = BitcoinNetwork.Regtest,
                Headers = Chain,
            },
            new CalendarPool(new CalendarClient(Http(), TimeSpan.FromMinutes(1)), [calendar], wantedAnswers: 1, [Calendar.Name]),
            Time
        );

    private TimeStampAuthorityAnchor TimeStamp(Uri address) =>
        new(
            new TimeStampAuthorityOptions
            {
                Name = "witness",
                Address = address,
                Trust = new TimeStampTrust { Roots = TimeStampRoots.Read(Authority.RootFile) },
            },
            Http(),
            Time
        );
}
