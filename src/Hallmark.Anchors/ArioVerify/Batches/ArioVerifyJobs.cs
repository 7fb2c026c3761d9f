using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Http;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.ArioVerify.Batches;

/// <summary>Batch jobs of the service (ario-verify-api.md §7).</summary>
/// <param name="http">The bounded client.</param>
/// <param name="options">The settings.</param>
/// <param name="time">The clock.</param>
public sealed class ArioVerifyJobs(AnchorHttp http, ArioVerifyOptions options, TimeProvider time)
{
    /// <summary>The most ids that one job takes.</summary>
    public const int MaxIds = 50_000;

    private const string Path = "/api/v1/jobs";
    private const int MaxAnswerSize = 1 << 20;
    private const int PageSize = 500;
    private const int EventPageSize = 100;
    private const int MaxEvents = 10_000;
    private readonly ArioVerifyTransport _transport = new(http, options, time);

    /// <summary>Makes a job. The same key again gives the same job, so that a crash in between makes no second one.</summary>
    /// <param name="transactionIds">1 to 50,000.</param>
    /// <param name="idempotencyKey">1 to 128 printable ASCII characters, without blanks.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The job's id, and whether it was there already.</returns>
    /// <exception cref="BadInputException">Ids or key are outside these bounds.</exception>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<(string JobId, bool IsRepeated)> CreateAsync(
        IReadOnlyCollection<string> transactionIds,
        string idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(transactionIds);
        ArgumentNullException.ThrowIfNull(idempotencyKey);
        if (transactionIds.Count is 0 or > MaxIds || transactionIds.FirstOrDefault(static id => !ArweaveId.IsWellFormed(id)) is not null)
        {
            throw new BadInputException($"a batch takes 1 to {MaxIds} transaction ids of 43 characters");
        }

        if (idempotencyKey.Length is 0 or > 128 || idempotencyKey.Any(static c => c is < '!' or > '~'))
        {
            throw new BadInputException("an idempotency key has 1 to 128 printable characters");
        }

        var body = new JsonObject { ["txIds"] = new JsonArray([.. transactionIds.Select(static id => (JsonNode)id)]) };
        var answer = await _transport
            .SendAsync(HttpMethod.Post, Path, body, MaxAnswerSize, cancellationToken, idempotencyKey)
            .ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw answer.ToException("a tenant may be needed: X-Tenant-Id");
        }

        var json = answer.ReadObject();
        return json.FindText("jobId") is { } id && ServiceId.IsWellFormed(id)
            ? (id, json.FindBool("deduplicated") ?? false)
            : throw new AnchorUnavailableException($"{answer.Host} gave the job no id");
    }

    /// <summary>How a job stands; null where the service does not know it.</summary>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<ArioJob?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(jobId, "", MaxAnswerSize, cancellationToken).ConfigureAwait(false);
        return answer.Status == 404 ? null
            : answer.IsSuccess ? ArioJob.Read(answer.ReadObject(), jobId)
            : throw answer.ToException();
    }

    /// <summary>Asks until a job ended or the time is over.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="progress">Told each answer; null for nobody.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The last answer; <see cref="ArioJob.IsEnded"/> says whether it ended.</returns>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should, or does not know the job.</exception>
    public async Task<ArioJob> PollAsync(string jobId, IProgress<ArioJob>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var job =
                await FindAsync(jobId, cancellationToken).ConfigureAwait(false)
                ?? throw new AnchorUnavailableException($"the service does not know the job {jobId}");
            progress?.Report(job);
            if (job.IsEnded || time.GetElapsedTime(started) + options.PollEvery > options.PollFor)
            {
                return job;
            }

            await Task.Delay(options.PollEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>All results of a job, in order of their transactions.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="outcome">Only <c>verified</c>, <c>tampered</c> or <c>unavailable</c> ones; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should, or its pages do not go on.</exception>
    public async Task<IReadOnlyList<ArioJobRow>> ReadResultsAsync(string jobId, string? outcome, CancellationToken cancellationToken)
    {
        var rows = new List<ArioJobRow>();
        string? cursor = null;
        do
        {
            var query =
                string.Create(CultureInfo.InvariantCulture, $"/results?limit={PageSize}")
                + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))
                + (outcome is null ? "" : "&outcome=" + Uri.EscapeDataString(outcome));
            var answer = await GetAsync(jobId, query, MaxAnswerSize, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess)
            {
                throw answer.ToException();
            }

            var page = answer.ReadObject();
            foreach (var row in (page["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                // Growing ids are what ends this: a service that gave the same page for ever is noticed.
                var id = row.FindText("txId");
                if (
                    !ArweaveId.IsWellFormed(id)
                    || (rows.Count > 0 && string.CompareOrdinal(id, rows[^1].TransactionId) <= 0)
                    || rows.Count >= MaxIds
                )
                {
                    throw new AnchorUnavailableException($"{answer.Host} gave results out of order, or too many");
                }

                rows.Add(
                    new ArioJobRow(
                        id,
                        row.FindText("verificationId"),
                        new ArioOutcome(row.FindText("outcome") ?? ArioOutcome.Unavailable, row.FindText("failureReason")),
                        row.FindBool("cacheHit") ?? false
                    )
                );
            }

            var next = page.FindText("nextCursor");
            cursor = next is null || (cursor is not null && string.CompareOrdinal(next, cursor) <= 0) ? null : next;
        } while (cursor is not null);

        return rows;
    }

    /// <summary>The signed report of a job, unchecked; null where there is none yet.</summary>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<byte[]?> FindReportAsync(string jobId, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(jobId, "/report", ArioBatchReport.MaxSizeInBytes, cancellationToken).ConfigureAwait(false);
        return answer.Status == 404 ? null
            : answer.IsSuccess ? answer.Body.ToArray()
            : throw answer.ToException();
    }

    /// <summary>Cancels a job; what it found stays.</summary>
    /// <returns>False where it had ended already.</returns>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should, or does not know the job.</exception>
    public async Task<bool> CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        RequireId(jobId);
        var answer = await _transport
            .SendAsync(HttpMethod.Delete, $"{Path}/{jobId}", null, MaxAnswerSize, cancellationToken)
            .ConfigureAwait(false);
        return answer.IsSuccess || (answer.Status == 409 ? false : throw answer.ToException());
    }

    /// <summary>Which runs have ended since an earlier look, oldest first. Unsigned: what counts is a job's report.</summary>
    /// <param name="since">The number of the last event that is known; 0 for all. The service keeps them for 30 days.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>At most 10,000; where there are so many, more may follow after the last of them.</returns>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should, or its pages do not go on.</exception>
    public async Task<IReadOnlyList<ArioJobEvent>> ReadEventsAsync(long since, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(since);
        var events = new List<ArioJobEvent>();
        while (true)
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"{Path}/events?since={since}&limit={EventPageSize}");
            var answer = await _transport.SendAsync(HttpMethod.Get, query, null, MaxAnswerSize, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess)
            {
                throw answer.ToException();
            }

            var page = answer.ReadObject();
            var items = page["items"] as JsonArray ?? throw new AnchorUnavailableException($"{answer.Host} gave no list of events");
            foreach (var item in items)
            {
                // Growing numbers are what ends this: a service that gave the same page for ever is noticed.
                var next = ArioJobEvent.Find(item, options.Tenant);
                if (next is null || next.Id <= since)
                {
                    throw new AnchorUnavailableException($"{answer.Host} gave events out of order, of another tenant, or malformed");
                }

                since = next.Id;
                events.Add(next);
                if (events.Count == MaxEvents)
                {
                    return events;
                }
            }

            if (items.Count == 0 || page["nextCursor"] is null)
            {
                return events;
            }
        }
    }

    private Task<AnchorAnswer> GetAsync(string jobId, string rest, int maxBytes, CancellationToken cancellationToken)
    {
        RequireId(jobId);
        return _transport.SendAsync(HttpMethod.Get, $"{Path}/{jobId}{rest}", null, maxBytes, cancellationToken);
    }

    private static void RequireId(string jobId)
    {
        if (!ServiceId.IsWellFormed(jobId))
        {
            throw new BadInputException($"\"{jobId}\" is no job id");
        }
    }
}
