using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Inference.Agent;

/// <summary>
/// The agent's events: kept in the journal at once, chained and signed into the ledger when that is free (<c>ario.agent/v1</c>, inline binding, one chain for each type).
/// What was registered is read from both, newest last. Safe for use by several threads.
/// </summary>
internal sealed class AgentEventLog(AgentPolicy policy, IAgentLedger ledger, AgentJournal journal, IEventIds ids, TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>The time as events write it.</summary>
    public string Now => EnvelopeTime.Milliseconds(time.GetUtcNow());

    /// <inheritdoc />
    public void Dispose() => _flushing.Dispose();

    /// <summary>Keeps an event. On disk when this returns, in the ledger after <see cref="FlushAsync"/>.</summary>
    /// <exception cref="UnavailableException">The disk refuses.</exception>
    public void Add(string eventType, string subjectKey, JsonObject payload) =>
        journal.Add(new AgentEvent(ids.Next(), eventType, subjectKey, payload));

    /// <summary>Registers an asset for the first time.</summary>
    public void Register(WatchedAsset asset, AssetSight sight)
    {
        var key = AgentSubjects.Asset(policy, asset.AssetId);
        Add(AgentEvents.AssetRegistered, key, AgentPayloads.Registered(policy, asset, sight, Now));
        journal.MarkRegistered(key);
    }

    /// <summary>The newest registration of an asset; null where it was never registered.</summary>
    /// <exception cref="UnavailableException">It was registered before, but the ledger does not say so now, or says it in another's name.</exception>
    public async Task<AssetBaseline?> FindBaselineAsync(WatchedAsset asset, CancellationToken cancellationToken)
    {
        var key = AgentSubjects.Asset(policy, asset.AssetId);

        // The journal first: what leaves it while the ledger is asked is in the ledger by then.
        var waiting = journal.Pending.LastOrDefault(seen => seen.SubjectKey == key);
        var entry = await FindNewestAsync(key, cancellationToken).ConfigureAwait(false);
        if (entry is null)
        {
            return waiting is not null ? BaselineOf(waiting.Payload, null)
                : !journal.WasRegistered(key) ? null
                : throw new UnavailableException(
                    $"asset \"{asset.AssetId}\" was registered before, and the ledger has no such entry now",
                    "bring the agent's own ledger back (--home), or register anew in full knowledge: hallmark agent accept"
                );
        }

        var payload = await ReadOwnAsync(entry, asset.AssetId).ConfigureAwait(false);
        return BaselineOf(payload, await ledger.FindTransactionAsync(entry.Envelope, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The payload of the newest event of a subject, in journal or ledger; null where there is none.</summary>
    public async Task<JsonObject?> FindNewestPayloadAsync(string subjectKey, CancellationToken cancellationToken)
    {
        if (journal.Pending.LastOrDefault(seen => seen.SubjectKey == subjectKey) is { } waiting)
        {
            return waiting.Payload;
        }

        return await FindNewestAsync(subjectKey, cancellationToken).ConfigureAwait(false) is { } entry
            ? await ReadOwnAsync(entry, subjectKey).ConfigureAwait(false)
            : null;
    }

    /// <summary>Signs what waits into the ledger, oldest first. Where that cannot be done now, all stays for the next time.</summary>
    /// <exception cref="HallmarkException">The ledger cannot be written now.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (journal.Pending is { Count: > 0 } pending)
            {
                await ledger
                    .WriteAsync(
                        async (log, signer) =>
                        {
                            foreach (var seen in pending)
                            {
                                await WriteAsync(log, signer, seen, cancellationToken).ConfigureAwait(false);
                                journal.Remove(seen);
                            }
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Makes what lies there now the asset's baseline, whatever it was before: somebody said so.</summary>
    /// <exception cref="HallmarkException">The ledger cannot be written now; nothing was changed.</exception>
    public async Task AcceptAsync(WatchedAsset asset, AssetSight sight, CancellationToken cancellationToken)
    {
        var key = AgentSubjects.Asset(policy, asset.AssetId);
        var registered = new AgentEvent(ids.Next(), AgentEvents.AssetRegistered, key, AgentPayloads.Registered(policy, asset, sight, Now));
        await ledger
            .WriteAsync((log, signer) => AppendAsync(log, signer, registered, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task WriteAsync(IEventLog log, ISigner signer, AgentEvent seen, CancellationToken cancellationToken)
    {
        if (await log.FindByEventIdAsync(seen.EventId, cancellationToken).ConfigureAwait(false) is not null)
        {
            // A process died between the append and the removal.
            return;
        }

        if (
            seen.EventType == AgentEvents.AssetRegistered
            && await log.FindBySubjectAsync(seen.SubjectKey, cancellationToken).ConfigureAwait(false) is { Count: > 0 }
        )
        {
            // Somebody accepted the asset's content while this first registration waited: theirs is the baseline.
            return;
        }

        await AppendAsync(log, signer, seen, cancellationToken).ConfigureAwait(false);
    }

    private async Task AppendAsync(IEventLog log, ISigner signer, AgentEvent seen, CancellationToken cancellationToken)
    {
        var chain = AgentSubjects.Chain(policy, seen.EventType);
        var head = await log.FindChainHeadAsync(chain, cancellationToken).ConfigureAwait(false);
        var payload = (JsonObject)seen.Payload.DeepClone();
        if (seen.EventType == AgentEvents.VerificationCheckpoint)
        {
            payload["previous_checkpoint_hash"] = head ?? EnvelopeDrafts.Genesis;
        }

        var draft = EnvelopeDrafts.Agent(
            seen.EventId,
            seen.EventType,
            policy.Subject,
            payload,
            head ?? EnvelopeDrafts.Genesis,
            time.GetUtcNow()
        );
        await log.AppendAsync(
                new EventSubmission
                {
                    Envelope = EnvelopeSealer.Seal(draft, signer).Bytes,
                    EventId = seen.EventId,
                    EventType = seen.EventType,
                    PayloadHash = CanonicalJson.Sha256Hex(payload),
                    SubjectKey = seen.SubjectKey,
                    Chain = new ChainLink(chain, head),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private Task<LoggedEntry?> FindNewestAsync(string subjectKey, CancellationToken cancellationToken) =>
        ledger.ReadAsync(
            async log =>
                log is null ? null
                : await log.FindBySubjectAsync(subjectKey, cancellationToken).ConfigureAwait(false) is [.., var newest] ? newest
                : null,
            cancellationToken
        );

    /// <summary>The payload of one of this agent's own events: signed by a key of this home, in this agent's name, and not altered since.</summary>
    private async Task<JsonObject> ReadOwnAsync(LoggedEntry entry, string what)
    {
        if (
            EnvelopeVerifier.Verify(entry.Envelope.Span) is { IsOk: true, PayloadHashOk: true }
            && StrictJson.Parse(entry.Envelope.Span) is JsonObject envelope
            && PayloadText.Find(envelope, "public_key") is { } key
            && await ledger.IsOwnKeyAsync(key).ConfigureAwait(false)
            && JsonNode.DeepEquals(envelope["subject"], policy.Subject)
            && envelope["payload"] is JsonObject payload
        )
        {
            return payload;
        }

        throw new UnavailableException(
            $"the ledger's entry {entry.Index} about \"{what}\" is not signed by this home, or was altered",
            "hallmark ledger verify names what was changed"
        );
    }

    private static AssetBaseline? BaselineOf(JsonObject payload, string? transactionId) =>
        PayloadText.Find(payload, "hash") is { } hash && PayloadText.Find(payload, "discovered_at") is { } at
            ? new AssetBaseline(hash, at, transactionId)
            : throw new UnavailableException("a registration in the ledger has no hash", "hallmark ledger verify");
}
