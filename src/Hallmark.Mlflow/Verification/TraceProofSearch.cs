using System.Collections.Immutable;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Verification;

/// <summary>Finds a prediction's proof: in the ledger by its decision id, and every copy among the artifacts of the model's run.</summary>
internal sealed class TraceProofSearch(VerificationScope scope)
{
    /// <summary>Looks for the proof; null where neither ledger nor run has one.</summary>
    public async Task<TraceProof?> FindAsync(string decisionId, Trace? trace, CancellationToken cancellationToken)
    {
        var entry = await FindEntryAsync(decisionId, cancellationToken).ConfigureAwait(false);
        var logged = entry is null ? null : StoredJson.TryParseObject(entry.Envelope.Span, DuplicateNames.KeepLast);
        var stored = ImmutableArray.CreateBuilder<StoredProof>();
        await foreach (var runId in FindRunsAsync(entry, trace, cancellationToken).ConfigureAwait(false))
        {
            if (await ReadAsync(runId, decisionId, cancellationToken).ConfigureAwait(false) is { } found)
            {
                stored.Add(found);
                break;
            }
        }

        var envelope = logged ?? stored.Select(proof => proof.Envelope).FirstOrDefault(candidate => candidate is not null);
        return envelope is null
            ? null
            : new TraceProof(
                new FoundProof
                {
                    Envelope = envelope,
                    Entry = entry,
                    Stored = stored.ToImmutable(),
                    HasLedger = scope.Log is not null,
                }
            );
    }

    private async Task<LoggedEntry?> FindEntryAsync(string decisionId, CancellationToken cancellationToken) =>
        scope.Log is { } log
        && await log.FindBySubjectAsync(SubjectKeys.Prediction(decisionId), cancellationToken).ConfigureAwait(false) is [.., var newest]
            ? newest
            : null;

    /// <summary>The runs that may hold the files, the likeliest first. What a trace says is only where to look: whatever is found there must prove itself.</summary>
    private async IAsyncEnumerable<string> FindRunsAsync(
        LoggedEntry? entry,
        Trace? trace,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var tried = new HashSet<string>(StringComparer.Ordinal) { "unknown" };
        var record = entry?.Record is { } bytes ? StoredJson.TryParseObject(bytes.Span) : null;
        var payload = PredictionPayload.Carried(record) ?? record;
        if (StoredJson.Text(payload, "run_id") is { } recorded && tried.Add(recorded))
        {
            yield return recorded;
        }

        if (trace is null)
        {
            yield break;
        }

        var tag = trace.Tags.GetValueOrDefault(ArioTags.PayloadJson);
        if (
            tag is not null
            && StoredJson.Text(StoredJson.TryParseObject(Encoding.UTF8.GetBytes(tag)), "run_id") is { } told
            && tried.Add(told)
        )
        {
            yield return told;
        }

        if (
            trace.Tags.GetValueOrDefault(ArioTags.ModelName) is { Length: > 0 } name
            && trace.Tags.GetValueOrDefault(ArioTags.ModelVersion) is { Length: > 0 } number
            && await FindRunOfVersionAsync(name, number, cancellationToken).ConfigureAwait(false) is { } ofVersion
            && tried.Add(ofVersion)
        )
        {
            yield return ofVersion;
        }

        if (trace.Metadata.GetValueOrDefault("mlflow.sourceRun") is { Length: > 0 } source && tried.Add(source))
        {
            yield return source;
        }
    }

    private async Task<string?> FindRunOfVersionAsync(string name, string number, CancellationToken cancellationToken)
    {
        try
        {
            return await scope.Store.FindModelVersionAsync(name, number, cancellationToken).ConfigureAwait(false) is { } version
                ? await VersionRun.FindIdAsync(scope.Store, version, cancellationToken).ConfigureAwait(false)
                : null;
        }
        catch (BadInputException)
        {
            // A model without versions ("unknown"), or a tag that somebody edited, is no place to look.
            return null;
        }
    }

    private async Task<MlflowRun?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await scope.Store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    private async Task<StoredProof?> ReadAsync(string runId, string decisionId, CancellationToken cancellationToken)
    {
        if (await FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run)
        {
            return null;
        }

        var artifacts = scope.Store.OpenArtifacts(run.ArtifactUri);
        var proof = ArioPaths.OfPrediction(decisionId, "proof.json");
        var found = await StoredProof
            .ReadAsync(artifacts, proof, ArioPaths.OfPrediction(decisionId, "payload.json"), cancellationToken)
            .ConfigureAwait(false);
        return TraceProof.IsBatchedEnvelope(found?.Envelope)
            ? await StoredProof
                .ReadAsync(artifacts, proof, ArioPaths.OfPrediction(decisionId, "record.json"), cancellationToken)
                .ConfigureAwait(false)
            : found;
    }
}
