using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Finds the newest event of a kind about a subject: in the ledger, else in MLflow; and every copy of it.</summary>
/// <param name="log">The ledger, or null.</param>
/// <param name="store">The store whose objects are meant.</param>
internal sealed class ProofSearch(IEventLogReader? log, IMlflowStore store)
{
    /// <summary>Looks for the newest event.</summary>
    /// <param name="subjectKey">The ledger's key of the subject.</param>
    /// <param name="eventType">The kind of event.</param>
    /// <param name="fits">Chooses among the ledger's entries where several stores share a ledger; by their records.</param>
    /// <param name="artifacts">The run's artifacts, or null.</param>
    /// <param name="places">Where envelope and record may lie among them, given the ledger's event id (or null).</param>
    /// <param name="belongs">True for an envelope in MLflow that speaks of the subject.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The proof, or null with the copies that could not be placed.</returns>
    public async Task<(FoundProof? Proof, ImmutableArray<StoredProof> Unplaced)> FindAsync(
        string subjectKey,
        string eventType,
        Func<JsonObject, bool> fits,
        IArtifactRepository? artifacts,
        Func<string?, IReadOnlyList<(string Proof, string Payload)>> places,
        Func<JsonObject, bool> belongs,
        CancellationToken cancellationToken
    )
    {
        var entry = await FindEntryAsync(subjectKey, eventType, fits, cancellationToken).ConfigureAwait(false);
        var stored = ImmutableArray.CreateBuilder<StoredProof>();
        foreach (var (proof, payload) in artifacts is null ? [] : places(entry?.EventId))
        {
            if (
                await StoredProof.ReadAsync(artifacts!, proof, payload, cancellationToken).ConfigureAwait(false) is { } found // no places without artifacts
                && !await IsOfAnotherEventAsync(found, entry, belongs, cancellationToken).ConfigureAwait(false)
            )
            {
                stored.Add(found);
            }
        }

        var envelope = entry is not null
            ? StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast)
            : stored
                .Select(proof => proof.Envelope)
                .LastOrDefault(candidate => candidate is not null && StoredJson.Text(candidate, "event_type") == eventType);
        return envelope is null
            ? (null, stored.ToImmutable())
            : (
                new FoundProof
                {
                    Envelope = envelope,
                    Entry = entry,
                    Stored = stored.ToImmutable(),
                    HasLedger = log is not null,
                },
                []
            );
    }

    /// <summary>An event by its id, from the ledger.</summary>
    public async Task<LoggedEntry?> FindEntryAsync(string eventId, CancellationToken cancellationToken) =>
        log is null ? null : await log.FindByEventIdAsync(eventId, cancellationToken).ConfigureAwait(false);

    private async Task<LoggedEntry?> FindEntryAsync(
        string subjectKey,
        string eventType,
        Func<JsonObject, bool> fits,
        CancellationToken cancellationToken
    )
    {
        if (log is null)
        {
            return null;
        }

        var entries = new StoreEvents(store)
            .Narrow(await log.FindBySubjectAsync(subjectKey, cancellationToken).ConfigureAwait(false))
            .Where(entry => entry.EventType == eventType)
            .ToList();
        return entries.LastOrDefault(entry =>
                entry.Record is { } record && StoredJson.TryParseObject(record.Span) is { } payload && fits(payload)
            ) ?? entries.LastOrDefault();
    }

    // A copy under a name that several events share is another event's business only where the ledger knows it, byte for byte, or where it names another
    // subject and (if this event is in the ledger) its own key signed that: a colleague with another ledger registered the next version of the run. Anything
    // else might be this event's copy after somebody changed it.
    private async Task<bool> IsOfAnotherEventAsync(
        StoredProof stored,
        LoggedEntry? own,
        Func<JsonObject, bool> belongs,
        CancellationToken cancellationToken
    )
    {
        if (stored.Envelope is null || stored.EventId is null || stored.EventId == own?.EventId)
        {
            return false;
        }

        if (own is null)
        {
            return !belongs(stored.Envelope);
        }

        if (
            !belongs(stored.Envelope)
            && EnvelopeVerifier.Verify(stored.Envelope, null, null, allowLegacy: true) is { SpecVersionOk: true, SignatureOk: true }
        )
        {
            return true;
        }

        return await FindEntryAsync(stored.EventId, cancellationToken).ConfigureAwait(false) is { } known
            && known.Envelope.Span.SequenceEqual(CanonicalJson.Canonicalize(stored.Envelope));
    }
}
