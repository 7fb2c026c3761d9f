using System.Text.Json;

namespace Hallmark.Core.Evidence;

/// <summary>Verifies the body <c>ario.anchor.trace/v1</c> (envelope family §12). Time grows with the size of the body and no faster.</summary>
internal static class TraceVerifier
{
    private const int FewestForParallel = 16;

    /// <summary>Verifies a body whose wrapper holds.</summary>
    /// <param name="wrapper">The result so far.</param>
    /// <param name="body">The body.</param>
    /// <param name="inputs">What is at hand beside it.</param>
    internal static EvidenceVerification Verify(EvidenceVerification wrapper, JsonElement body, EvidenceInputs inputs)
    {
        if (Members.FindList(body, "checkpoints") is not { } checkpointList || Members.FindList(body, "events") is not { } eventList)
        {
            // The reference reports hash and signature as false here, although they were true.
            return EvidenceWrapper.Malformed(EvidenceFormat.Trace + " body must have checkpoints[] and events[]");
        }

        var (checkpoints, byTxId) = Register(checkpointList);
        ForEach(checkpoints.Length, i => checkpoints[i].Verify());
        var items = Members.Items(eventList);
        var events = new TraceEvent[items.Length];
        var eventResults = new TraceEventVerification[items.Length];
        ForEach(
            items.Length,
            i =>
            {
                events[i] = new TraceEvent(items[i]);
                eventResults[i] = events[i].Verify(byTxId, inputs.DisclosedContent);
            }
        );

        var errors = new List<string>(wrapper.Errors);
        var results = Array.ConvertAll(checkpoints, checkpoint => checkpoint.ToResult(FindOnChain(checkpoint, byTxId, inputs)));
        var isOutOfReach = results.Any(result => result.OnChain is { IsOk: null });
        if (inputs.Gateways.Count > 0 && inputs.GatewayOutcomes is null)
        {
            isOutOfReach = true;
            errors.Add("on-chain re-fetch requested but no fetch implementation is available");
        }

        var status = FindStatus(results, eventResults, isOutOfReach);
        if (status == EvidenceStatus.Partial && isOutOfReach)
        {
            errors.Add("one or more checkpoints could not be re-fetched from the supplied gateways");
        }

        return wrapper with
        {
            Status = status,
            OnChainChecked = inputs.Gateways.Count > 0,
            Checkpoints = results,
            Events = eventResults,
            Errors = errors,
            Findings = TraceFindings.Of(checkpoints, events),
        };
    }

    /// <summary>What one gateway is to be asked: one question for each distinct id that may stand in an address.</summary>
    internal static IEnumerable<CheckpointFetch> FindFetches(JsonElement body, string gateway)
    {
        if (Members.FindList(body, "checkpoints") is not { } checkpoints || Members.FindList(body, "events") is null)
        {
            return [];
        }

        return Register(checkpoints)
            .ByTxId.Where(entry => CheckpointFetch.IsFit(entry.Key))
            .Select(entry => new CheckpointFetch(gateway, entry.Key, CanonicalEnvelope(entry.Value)));
    }

    /// <summary>Does work for each index: side by side where there is enough of it.</summary>
    internal static void ForEach(int count, Action<int> work)
    {
        if (count < FewestForParallel)
        {
            for (var i = 0; i < count; i++)
            {
                work(i);
            }
        }
        else
        {
            Parallel.For(0, count, work);
        }
    }

    private static (TraceCheckpoint[] All, Dictionary<string, TraceCheckpoint> ByTxId) Register(JsonElement list)
    {
        var byTxId = new Dictionary<string, TraceCheckpoint>(StringComparer.Ordinal);
        var all = new TraceCheckpoint[list.GetArrayLength()];
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            var isRepeated = Members.FindText(item, "tx_id") is { } txId && byTxId.ContainsKey(txId);
            all[i] = new TraceCheckpoint(item, isRepeated);
            if (all[i].TxId is { } id && !isRepeated)
            {
                byTxId.Add(id, all[i]);
            }

            i++;
        }

        return (all, byTxId);
    }

    private static byte[] CanonicalEnvelope(TraceCheckpoint checkpoint) =>
        checkpoint.Envelope is { } envelope ? EvidenceDocument.TextOf(envelope).ToArray() : [.. "null"u8];

    /// <summary>What was said about the checkpoint registered under this one's id; null where there is none or nobody was to be asked.</summary>
    private static OnChainVerification? FindOnChain(
        TraceCheckpoint checkpoint,
        Dictionary<string, TraceCheckpoint> byTxId,
        EvidenceInputs inputs
    )
    {
        var txId = checkpoint.TxId ?? "";
        return inputs.Gateways.Count == 0 || inputs.GatewayOutcomes is null || !byTxId.ContainsKey(txId)
            ? null
            : OnChainVerification.Of(txId, inputs);
    }

    private static EvidenceStatus FindStatus(CheckpointVerification[] checkpoints, TraceEventVerification[] events, bool isOutOfReach) =>
        Array.Exists(checkpoints, checkpoint => !checkpoint.IsOk) || Array.Exists(events, item => !item.IsOk) ? EvidenceStatus.Failed
        : isOutOfReach || checkpoints.Length == 0 || Array.Exists(events, item => item.PayloadBindingOk is null) ? EvidenceStatus.Partial
        : EvidenceStatus.Verified;
}
