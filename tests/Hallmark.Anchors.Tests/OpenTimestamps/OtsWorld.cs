using System.Text;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.Tests.OpenTimestamps.Calendars;

namespace Hallmark.Anchors.Tests.OpenTimestamps;

/// <summary>Calendars, a chain and an anchor between them, all of one test.</summary>
internal sealed class OtsWorld : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());

    private OtsWorld(IReadOnlyList<TestCalendar> calendars) => Calendars = calendars;

    public static byte[] Content { get; } = Encoding.UTF8.GetBytes("log.example/a\n41\nroot\n\n— signature\n");

    public IReadOnlyList<TestCalendar> Calendars { get; }

    public TestChain Chain { get; } = new();

    public AnchorHttp Http => new(_client, allowPlainHttp: false, TimeProvider.System);

    public static AnchorSubmission Submission => AnchorSubmission.OfCheckpoint("log.example/a", 41, Content);

    public static async Task<OtsWorld> StartAsync(int calendars = 2)
    {
        var started = new List<TestCalendar>();
        for (; calendars > 0; calendars--)
        {
            started.Add(await TestCalendar.StartAsync());
        }

        return new OtsWorld(started);
    }

    public CalendarClient Client(TimeSpan? timeout = null) => new(Http, timeout ?? Patience);

    public CalendarPool Pool(int wanted = 2, TimeSpan? timeout = null) =>
        new(Client(timeout), Calendars.Select(static one => one.Uri), wanted);

    public OpenTimestampsAnchor Anchor(
        int wanted = 2,
        IBlockHeaderSource? headers = null,
        bool hasHeaders = true,
        TimeProvider? time = null
    ) =>
        new(
            new OpenTimestampsOptions
            {
                Name = "ots",
                Network = BitcoinNetwork.Regtest,
                Headers = hasHeaders ? headers ?? Chain : null,
            },
            Pool(wanted),
            time ?? TimeProvider.System
        );

    public async Task AttestAllAsync(ITimestampChain? chain = null)
    {
        foreach (var calendar in Calendars)
        {
            await calendar.AttestAsync(chain ?? Chain);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var calendar in Calendars)
        {
            await calendar.DisposeAsync();
        }

        _client.Dispose();
    }
}
