using System.Collections.Immutable;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Calendars;

/// <summary>Several calendars, so that none of them alone decides whether a proof comes to be.</summary>
public sealed class CalendarPool
{
    /// <summary>The most calendars.</summary>
    public const int MaxCalendars = 16;

    // A proof of somebody else may name any number of calendars; one of ours names a handful.
    private const int MaxRequests = 64;

    private readonly CalendarClient _client;
    private readonly CalendarWhitelist _whitelist;

    /// <param name="client">Asks one of them.</param>
    /// <param name="calendars">Where digests are handed to, 1 to 16.</param>
    /// <param name="wantedAnswers">How many must answer; 1 to the number of calendars.</param>
    /// <param name="alsoAllowed">Further calendars that may be asked later, beside these and the public ones.</param>
    /// <exception cref="ArgumentException">A number is outside its bounds, or an address is none.</exception>
    public CalendarPool(CalendarClient client, IEnumerable<Uri> calendars, int wantedAnswers, IEnumerable<string>? alsoAllowed = null)
    {
        _client = client;
        Calendars = [.. calendars];
        ArgumentOutOfRangeException.ThrowIfZero(Calendars.Length, nameof(calendars));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Calendars.Length, MaxCalendars, nameof(calendars));
        ArgumentOutOfRangeException.ThrowIfLessThan(wantedAnswers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wantedAnswers, Calendars.Length);
        WantedAnswers = wantedAnswers;
        _whitelist = new CalendarWhitelist([
            .. CalendarWhitelist.PublicCalendars,
            .. Calendars.Select(static calendar => calendar.AbsoluteUri),
            .. alsoAllowed ?? [],
        ]);
    }

    /// <summary>The public aggregators, as the reference clients list them.</summary>
    public static IReadOnlyList<Uri> PublicAggregators { get; } =
    [
        new("https://a.pool.opentimestamps.org"),
        new("https://b.pool.opentimestamps.org"),
        new("https://a.pool.eternitywall.com"),
        new("https://ots.btc.catallaxy.com"),
    ];

    /// <summary>Where digests are handed to.</summary>
    public ImmutableArray<Uri> Calendars { get; }

    /// <summary>How many must answer.</summary>
    public int WantedAnswers { get; }

    /// <summary>Hands a digest to all calendars at once and merges what they answer.</summary>
    /// <param name="digest">1 to 64 bytes; a <see cref="StampRequest.Tip"/>.</param>
    /// <param name="cancellationToken">Ends the exchanges.</param>
    /// <returns>A timestamp over the digest.</returns>
    /// <exception cref="AnchorUnavailableException">Fewer than wanted answered; says what each of the others did.</exception>
    public async Task<Timestamp> SubmitAsync(ReadOnlyMemory<byte> digest, CancellationToken cancellationToken)
    {
        var replies = await Task.WhenAll(Calendars.Select(calendar => _client.SubmitAsync(calendar, digest, cancellationToken)))
            .ConfigureAwait(false);
        var answers = replies.Where(static reply => reply.Timestamp is not null).Select(static reply => reply.Timestamp!).ToList(); // ! the line's own condition
        if (answers.Count < WantedAnswers)
        {
            var faults = replies.Where(static reply => reply.Failure is not null).Select(static reply => reply.Failure!).ToList(); // ! the line's own condition
            throw new AnchorUnavailableException(
                $"{answers.Count} of {Calendars.Length} calendars answered, {WantedAnswers} are wanted: "
                    + string.Join("; ", faults.Select(static fault => fault.Message)),
                faults.FirstOrDefault(),
                "check the network, or name other calendars"
            )
            {
                RetryAfter = faults.Max(static fault => fault.RetryAfter),
            };
        }

        return answers.Aggregate(static (merged, answer) => merged.Merge(answer));
    }

    /// <summary>
    /// Asks, for every message that has a calendar's promise and no Bitcoin attestation below it, the calendar that promised. Only calendars of the list are asked: the
    /// configured ones, the public ones and those allowed beside them.
    /// </summary>
    /// <returns>One reply for each promise; those that have a timestamp reach Bitcoin with it.</returns>
    public async Task<IReadOnlyList<CalendarReply>> FindUpgradesAsync(Timestamp timestamp, CancellationToken cancellationToken)
    {
        var promises = timestamp
            .AllAttestations()
            .Where(static attested => attested.Attestation.Kind is TimeAttestationKind.Pending && !attested.Node.ReachesBitcoin)
            .Take(MaxRequests)
            .ToList();
        return await Task.WhenAll(promises.Select(promise => FindUpgradeAsync(promise, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Asks every calendar whether it is there.</summary>
    /// <returns>The failure of each calendar that does not answer as one.</returns>
    public async Task<IReadOnlyList<AnchorUnavailableException>> FindFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = await Task.WhenAll(Calendars.Select(calendar => _client.FindFaultAsync(calendar, cancellationToken)))
            .ConfigureAwait(false);
        return [.. faults.OfType<AnchorUnavailableException>()];
    }

    private async Task<CalendarReply> FindUpgradeAsync(AttestedMessage promise, CancellationToken cancellationToken)
    {
        var uri = promise.Attestation.Uri!; // ! a pending attestation has one
        if (_whitelist.Find(uri) is not { } calendar)
        {
            return new CalendarReply(
                uri,
                Timestamp: null,
                $"the calendar {uri} is not asked: it is neither a public one nor one of the settings",
                Failure: null
            );
        }

        var reply = await _client.FindAsync(calendar, promise.Node.Message.ToArray(), cancellationToken).ConfigureAwait(false);
        return reply.Timestamp is { } answer && !answer.ReachesBitcoin
            ? reply with
            {
                Timestamp = null,
                Remark = $"{calendar.Authority} answered with a timestamp that does not reach Bitcoin",
            }
            : reply;
    }
}
