using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Status;

namespace Hallmark.Inference.Agent;

/// <summary>Watches one asset: looks at it, says how it stands, and has events made of what it finds.</summary>
internal sealed class AssetWatch(AgentPolicy policy, WatchedAsset asset, AgentEventLog log, LeafWindow leaves, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private AssetState _state = new();
    private ClockReading? _lookedAt;
    private string? _alarm;

    /// <summary>What is watched.</summary>
    public WatchedAsset Asset => asset;

    /// <summary>How it stands.</summary>
    public AssetState State => Volatile.Read(ref _state);

    /// <summary>How long until the next look is due; zero where it is.</summary>
    public TimeSpan UntilNextLook
    {
        get
        {
            if (_lookedAt is not { } last)
            {
                return TimeSpan.Zero;
            }

            var isSettled = State.Outcome is AssetOutcome.Verified or AssetOutcome.Tampered;
            var pause = isSettled || asset.Interval < RetryPause ? asset.Interval : RetryPause;
            var left = pause - last.Age(time);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Looks at the asset once. Not for several threads at once.</summary>
    /// <returns>A sentence where the outcome is not the one before; else null.</returns>
    /// <exception cref="HallmarkException">What was found could not be kept; the outcome holds all the same, and the next look tries again.</exception>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        var before = State;
        var began = ClockReading.Take(time);
        _lookedAt = began;
        var sight = await AssetReader.LookAsync(asset, cancellationToken).ConfigureAwait(false);
        AssetBaseline? baseline;
        try
        {
            baseline = await log.FindBaselineAsync(asset, cancellationToken).ConfigureAwait(false);
        }
        catch (HallmarkException fault)
        {
            // Without its baseline nothing can be said of it; a good answer of before must not go on for ever either.
            Set(before with { Outcome = AssetOutcome.Unknown, Remark = fault.Message });
            return Describe(before);
        }

        if (sight.Hash is null)
        {
            await TakeAbsenceAsync(before, baseline, sight, began, cancellationToken).ConfigureAwait(false);
        }
        else if (baseline is null)
        {
            log.Register(asset, sight);
            baseline = await log.FindBaselineAsync(asset, cancellationToken).ConfigureAwait(false);
            TakeVerified(baseline, sight, began);
            return $"{asset.AssetId}: registered, {sight.Hash}";
        }
        else if (sight.Hash == baseline.Hash)
        {
            TakeVerified(baseline, sight, began);
        }
        else
        {
            await TakeTamperedAsync(before, baseline, sight, began, cancellationToken).ConfigureAwait(false);
        }

        return Describe(before);
    }

    /// <summary>Whether somebody gave the asset another baseline since the last look.</summary>
    public async Task<bool> HasNewBaselineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return State.Outcome is not AssetOutcome.Verified
                && State.Baseline is { } known
                && await log.FindBaselineAsync(asset, cancellationToken).ConfigureAwait(false) is { } now
                && (now.Hash != known.Hash || now.RegisteredAt != known.RegisteredAt);
        }
        catch (HallmarkException)
        {
            // The next look says what is wrong with the ledger.
            return false;
        }
    }

    /// <summary>The answer to a question about the asset (mlflow-events.md §14.2).</summary>
    public AssetStatus Answer()
    {
        var state = State;
        var isStale = state.ReadAt is not { } read || read.Age(time) > asset.MaxAge;
        return new AssetStatus(
            asset.AssetId,
            policy.TenantId,
            policy.AgentId,
            state.Outcome,
            state.VerifiedAt is { } verified ? EnvelopeTime.Milliseconds(verified.Wall) : null,
            (long)asset.MaxAge.TotalSeconds,
            isStale,
            policy.Hash,
            state.Baseline?.TransactionId
        );
    }

    private void TakeVerified(AssetBaseline? baseline, AssetSight sight, ClockReading began)
    {
        Set(
            new AssetState
            {
                Outcome = AssetOutcome.Verified,
                ReadAt = began,
                VerifiedAt = began,
                Baseline = baseline,
            }
        );
        _alarm = "";
        AddLeaf(baseline, sight, "verified", began);
    }

    private async Task TakeTamperedAsync(
        AssetState before,
        AssetBaseline baseline,
        AssetSight sight,
        ClockReading began,
        CancellationToken cancellationToken
    )
    {
        Set(
            before with
            {
                Outcome = AssetOutcome.Tampered,
                ReadAt = began,
                Baseline = baseline,
                ConsecutiveUnavailable = 0,
                ConsecutiveAbsent = 0,
                Remark = $"found {sight.Hash}, registered {baseline.Hash}",
            }
        );
        var alarm = AlarmOf(baseline, sight.Hash);
        if (await FindAlarmAsync(cancellationToken).ConfigureAwait(false) != alarm)
        {
            var payload = AgentPayloads.Tampered(policy, asset, baseline, sight, log.Now);
            log.Add(AgentEvents.TamperDetected, AgentSubjects.Alarm(policy, asset.AssetId), payload);
            _alarm = alarm;
        }

        AddLeaf(baseline, sight, "tampered", began);
    }

    private async Task TakeAbsenceAsync(
        AssetState before,
        AssetBaseline? baseline,
        AssetSight sight,
        ClockReading began,
        CancellationToken cancellationToken
    )
    {
        var looks = before.ConsecutiveUnavailable + 1;
        var absent = sight.IsAbsent ? before.ConsecutiveAbsent + 1 : 0;
        var isMissing = absent >= asset.MissingAfter;
        Set(
            before with
            {
                Outcome = isMissing ? AssetOutcome.Missing : AssetOutcome.Unavailable,
                Baseline = baseline,
                ConsecutiveUnavailable = looks,
                ConsecutiveAbsent = absent,
                Remark = sight.Remark,
            }
        );
        if (isMissing && baseline is not null)
        {
            var alarm = AlarmOf(baseline, observedHash: null);
            if (await FindAlarmAsync(cancellationToken).ConfigureAwait(false) != alarm)
            {
                var payload = AgentPayloads.Missing(policy, asset, baseline, looks, log.Now);
                log.Add(AgentEvents.AssetMissing, AgentSubjects.Alarm(policy, asset.AssetId), payload);
                _alarm = alarm;
            }
        }

        AddLeaf(baseline, sight, "unavailable", began);
    }

    private void AddLeaf(AssetBaseline? baseline, AssetSight sight, string outcome, ClockReading began)
    {
        if (baseline is null)
        {
            return;
        }

        try
        {
            leaves.Add(asset, baseline.Hash, sight.Hash, outcome, EnvelopeTime.Milliseconds(began.Wall));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"the agent cannot keep what it saw: {fault.Message}", fault, "see that the disk has room");
        }
    }

    /// <summary>What was last told of this asset: after a start, what the ledger says, so that one incident is told once. Empty after it was found as registered.</summary>
    private async Task<string> FindAlarmAsync(CancellationToken cancellationToken)
    {
        if (_alarm is null)
        {
            var key = AgentSubjects.Alarm(policy, asset.AssetId);
            var told = await log.FindNewestPayloadAsync(key, cancellationToken).ConfigureAwait(false);
            _alarm =
                told?["baseline"] is JsonObject baseline
                && PayloadText.Find(baseline, "hash") is { } hash
                && PayloadText.Find(baseline, "registered_at") is { } at
                    ? AlarmOf(
                        new AssetBaseline(hash, at, null),
                        told["observed"] is JsonObject seen ? PayloadText.Find(seen, "hash") : null
                    )
                    : "";
        }

        return _alarm;
    }

    private static string AlarmOf(AssetBaseline baseline, string? observedHash) =>
        $"{baseline.Hash} {baseline.RegisteredAt} {observedHash ?? "missing"}";

    private void Set(AssetState state) => Volatile.Write(ref _state, state);

    private string? Describe(AssetState before)
    {
        var now = State;
        return now.Outcome == before.Outcome ? null
            : now.Remark is null ? $"{asset.AssetId}: as registered"
            : $"{asset.AssetId}: {now.Outcome.ToString().ToLowerInvariant()}: {now.Remark}";
    }
}
