using System.Net.Http.Headers;
using System.Text;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Calendars;

/// <summary>The three routes of a calendar server, asked as those of a stranger.</summary>
/// <param name="http">The bounded client.</param>
/// <param name="timeout">For one exchange; a calendar answers a digest after its aggregation round, about a second.</param>
public sealed class CalendarClient(AnchorHttp http, TimeSpan timeout)
{
    /// <summary>The longest answer that is read, in bytes: what the reference clients read.</summary>
    public const int MaxAnswerLength = 10_000;

    private const string UserAgent = "hallmark";
    private const string Version1 = "application/vnd.opentimestamps.v1";

    /// <summary>Hands a digest over.</summary>
    /// <param name="calendar">The calendar's address.</param>
    /// <param name="digest">1 to 64 bytes.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <returns>The calendar's promise, over the digest; or the failure. Never throws for what the calendar does.</returns>
    public async Task<CalendarReply> SubmitAsync(Uri calendar, ReadOnlyMemory<byte> digest, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await SendAsync(HttpMethod.Post, Below(calendar, "digest"), digest, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccess ? Read(calendar, answer, digest.Span) : Failed(calendar, answer.ToException());
        }
        catch (AnchorUnavailableException fault)
        {
            return Failed(calendar, fault);
        }
    }

    /// <summary>Asks what became of a commitment.</summary>
    /// <returns>A timestamp over the commitment; or none and what the calendar said (404); or the failure. Never throws for what the calendar does.</returns>
    public async Task<CalendarReply> FindAsync(Uri calendar, ReadOnlyMemory<byte> commitment, CancellationToken cancellationToken)
    {
        try
        {
            var path = "timestamp/" + Convert.ToHexStringLower(commitment.Span);
            var answer = await SendAsync(HttpMethod.Get, Below(calendar, path), body: null, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccess ? Read(calendar, answer, commitment.Span)
                : answer.Status == 404
                    ? new CalendarReply(calendar.Authority, Timestamp: null, answer.ToException().Message, Failure: null)
                    {
                        // What a calendar's server says of a commitment that is not even pending.
                        IsForgotten = Ascii.EqualsIgnoreCase(answer.Body.Span.Trim("\r\n "u8), "Not found"u8),
                    }
                : Failed(calendar, answer.ToException());
        }
        catch (AnchorUnavailableException fault)
        {
            return Failed(calendar, fault);
        }
    }

    /// <summary>Whether somebody answers there as a calendar does.</summary>
    /// <returns>Null where it does; else the failure.</returns>
    public async Task<AnchorUnavailableException?> FindFaultAsync(Uri calendar, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await SendAsync(HttpMethod.Get, Below(calendar, "tip"), body: null, cancellationToken).ConfigureAwait(false);
            return answer is { Status: 404 or 204 } or { Status: 200, Body.Length: 32 } ? null : answer.ToException();
        }
        catch (AnchorUnavailableException fault)
        {
            return fault;
        }
    }

    private static CalendarReply Read(Uri calendar, AnchorAnswer answer, ReadOnlySpan<byte> message)
    {
        try
        {
            return new CalendarReply(calendar.Authority, Timestamp.Parse(answer.Body.Span, message), Remark: null, Failure: null);
        }
        catch (OtsRejectedException refusal)
        {
            return Failed(
                calendar,
                new AnchorUnavailableException($"{calendar.Authority} did not answer with a timestamp: {refusal.Message}", refusal)
            );
        }
    }

    private static CalendarReply Failed(Uri calendar, AnchorUnavailableException fault) =>
        new(calendar.Authority, Timestamp: null, fault.Message, fault);

    private static Uri Below(Uri calendar, string path) => new(calendar.AbsoluteUri.TrimEnd('/') + "/" + path);

    private Task<AnchorAnswer> SendAsync(HttpMethod method, Uri address, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken) =>
        http.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, address);
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Version1));
                request.Headers.UserAgent.Add(new ProductInfoHeaderValue(new ProductHeaderValue(UserAgent)));
                if (body is { } digest)
                {
                    // What every client sends; servers do not look at it.
                    request.Content = new ReadOnlyMemoryContent(digest);
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
                }

                return request;
            },
            MaxAnswerLength,
            timeout,
            cancellationToken
        );
}
