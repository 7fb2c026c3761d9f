using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary><c>opentimestamps</c>: calendars, and Bitcoin behind them.</summary>
internal sealed class OpenTimestampsWorld : World
{
    private const int MaxDepth = 1_000;
    private static readonly TimeSpan CalendarTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public override string Type => "opentimestamps";

    /// <inheritdoc />
    public override bool TakesEnvelopes => true;

    /// <inheritdoc />
    public override AnchorSettings? Read(string name, SettingsMembers members)
    {
        var allowPlainHttp = members.Switch("allow_plain_http");
        var calendars = members.Addresses("calendars", allowPlainHttp);
        var named = members.Node("calendars") as JsonArray;
        if (named?.Count is 0 or > CalendarPool.MaxCalendars)
        {
            members.Fault("calendars", $"1 to {CalendarPool.MaxCalendars} of them; the public ones if left out");
        }

        // Each counts for min_calendars: one that is named twice would stand for two.
        if (calendars.Distinct().Count() < calendars.Length)
        {
            members.Fault("calendars", "each is named once");
        }

        calendars = calendars.IsEmpty ? [.. CalendarPool.PublicAggregators] : calendars;
        var wanted = members.Number("min_calendars", 1, CalendarPool.MaxCalendars);
        var known = named is { Count: > 0 } ? named.Count : calendars.Length;
        if (wanted > known)
        {
            members.Fault("min_calendars", $"there are only {known} calendars");
        }

        return new OpenTimestampsSettings
        {
            Name = name,
            Calendars = calendars,
            MinCalendars = Math.Min(wanted ?? 2, calendars.Length),
            Network = members.Word("network", [.. BitcoinNetwork.All.Select(network => network.Name)]),
            Bitcoin = members.Object("bitcoin") is { } bitcoin ? ReadBitcoin(bitcoin, allowPlainHttp) : null,
            Depth = members.Number("depth", 1, MaxDepth) ?? new OpenTimestampsTrust().RequiredDepth,
            AllowPlainHttp = allowPlainHttp,
        };
    }

    /// <inheritdoc />
    public override IAnchor CreateAnchor(AnchorSettings settings, WorldTools tools)
    {
        var ots = (OpenTimestampsSettings)settings;
        return new OpenTimestampsAnchor(
            new OpenTimestampsOptions
            {
                Name = ots.Name,
                Target = ots.Target,
                Network = BitcoinNetwork.Parse(ots.Network),
                Headers = LiveOf(ots, tools) ?? FileOf(ots, tools),
                RequiredDepth = ots.Depth,
            },
            new CalendarPool(new CalendarClient(tools.CreateHttp(ots.AllowPlainHttp), CalendarTimeout), ots.Calendars, ots.MinCalendars),
            tools.Time
        );
    }

    /// <inheritdoc />
    public override IReceiptVerifier CreateVerifier(AnchorSettings settings, WorldTools tools)
    {
        var ots = (OpenTimestampsSettings)settings;
        return new OpenTimestampsReceiptVerifier(
            new OpenTimestampsTrust
            {
                Network = BitcoinNetwork.Parse(ots.Network),
                HeaderFile = FileOf(ots, tools),
                Live = LiveOf(ots, tools),
                RequiredDepth = ots.Depth,
            }
        );
    }

    private static BitcoinSettings ReadBitcoin(SettingsMembers members, bool allowPlainHttp)
    {
        var bitcoin = new BitcoinSettings(
            members.Address("rpc", allowPlainHttp),
            members.Text("cookie_file"),
            members.Text("headers"),
            members.Address("esplora", allowPlainHttp)
        );
        if (!members.Has("rpc") && !members.Has("headers") && !members.Has("esplora"))
        {
            members.Fault("rpc", "one of rpc, headers and esplora says where block headers come from");
        }

        if (members.Has("rpc") && members.Has("esplora"))
        {
            members.Fault("esplora", "rpc and esplora are two sources of the same; name one");
        }

        if (members.Has("cookie_file") && !members.Has("rpc"))
        {
            members.Fault("cookie_file", "is for rpc, which is not set");
        }

        members.RefuseUnknown();
        return bitcoin;
    }

    private static HeaderFile? FileOf(OpenTimestampsSettings settings, WorldTools tools) =>
        settings.Bitcoin?.Headers is { } path ? HeaderFile.Read(tools.PathOf(path)) : null;

    private static IBlockHeaderSource? LiveOf(OpenTimestampsSettings settings, WorldTools tools)
    {
        var network = BitcoinNetwork.Parse(settings.Network);
        return settings.Bitcoin switch
        {
            { Rpc: { } rpc } bitcoin => new NodeHeaderSource(
                tools.CreateHttp(settings.AllowPlainHttp),
                rpc,
                bitcoin.CookieFile is { } cookie ? NodeCredentials.FromCookieFile(tools.PathOf(cookie)) : NodeCredentials.FromEnvironment(),
                network,
                HeaderTimeout
            ),
            { Esplora: { } esplora } => new EsploraHeaderSource(tools.CreateHttp(settings.AllowPlainHttp), esplora, network, HeaderTimeout),
            _ => null,
        };
    }
}
