using System.Text;
using Hallmark.Core.Anchoring;
using Hallmark.Home.Settings;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Home.Tests;

/// <summary>An OpenTimestamps calendar (opentimestamps.md §5): promises whatever is posted, and attests to it with a Bitcoin block once it is told to. No blocks stand behind it.</summary>
internal sealed class SmallCalendar : IAsyncDisposable
{
    // The two kinds of attestation (opentimestamps.md §3.2).
    private static readonly byte[] PendingTag = Convert.FromHexString("83dfe30d2ef90c8e");
    private static readonly byte[] BitcoinTag = Convert.FromHexString("0588960d73d71901");
    private LoopbackServer? _server;

    /// <summary>What it does instead of answering, if anything.</summary>
    public RequestDelegate? Misbehaviour { get; set; }

    /// <summary>The height of the block that holds everything; null where there is none yet.</summary>
    public int? Height { get; set; }

    /// <summary>How often it was asked for a proof.</summary>
    public int Questions => _server!.Asked.Count(asked => asked.Method == "GET"); // ! set by StartAsync

    public static async Task<SmallCalendar> StartAsync()
    {
        var calendar = new SmallCalendar();
        calendar._server = await LoopbackServer.StartAsync(calendar.AnswerAsync);
        return calendar;
    }

    /// <summary>An anchor that takes every envelope to this calendar alone.</summary>
    public OpenTimestampsSettings Anchor(string name) =>
        new()
        {
            Name = name,
            Target = AnchorTarget.Envelope,
            Calendars = [new Uri(_server!.Address)], // ! set by StartAsync
            MinCalendars = 1,
        };

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        if (Misbehaviour is { } misbehave)
        {
            await misbehave(context);
        }
        else if (context.Request.Method == "POST")
        {
            var address = Encoding.ASCII.GetBytes(_server!.Address); // ! set before anybody knows the address
            await context.Response.Body.WriteAsync(Attestation(PendingTag, [(byte)address.Length, .. address]));
        }
        else if (context.Request.Path.StartsWithSegments("/timestamp") && Height is { } height)
        {
            await context.Response.Body.WriteAsync(Attestation(BitcoinTag, Variable(height)));
        }
        else
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("Pending confirmation in Bitcoin blockchain");
        }
    }

    private static byte[] Attestation(byte[] tag, byte[] payload) => [0x00, .. tag, (byte)payload.Length, .. payload];

    private static byte[] Variable(int number)
    {
        var bytes = new List<byte>();
        for (var rest = number; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                return [.. bytes, (byte)rest];
            }

            bytes.Add((byte)((rest & 0x7F) | 0x80));
        }
    }
}
