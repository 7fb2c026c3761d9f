using System.Text.Json.Nodes;
using Hallmark.Anchors.ArioVerify.Attestations;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Http;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>Asks a verification service of ar.io about transactions (ario-verify-api.md §2 to §5). What it says is its word; <see cref="ArioVerifyReport"/> says what holds of it.</summary>
/// <param name="http">The bounded client.</param>
/// <param name="options">The settings.</param>
/// <param name="time">The clock.</param>
public sealed class ArioVerifyClient(AnchorHttp http, ArioVerifyOptions options, TimeProvider time)
{
    private const int MaxResultSize = 1 << 20;
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);
    private readonly ArioVerifyTransport _transport = new(http, options, time);

    /// <summary>Whether the service answers, and whether it says that its gateway does.</summary>
    public async Task<AnchorStatus> ReadHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.GetAsync(new Uri(options.Base + "/health"), MaxResultSize, HealthTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (answer.Status != 200)
            {
                return new AnchorStatus(IsReachable: false, answer.ToException().Message);
            }

            return answer.ReadObject().FindBool("gateway") switch
            {
                true => new AnchorStatus(IsReachable: true, $"{answer.Host} answers, and so does its gateway"),
                false => new AnchorStatus(IsReachable: true, $"{answer.Host} answers, but its gateway does not"),
                null => new AnchorStatus(IsReachable: true, $"{answer.Host} answers"),
            };
        }
        catch (AnchorUnavailableException fault)
        {
            return new AnchorStatus(IsReachable: false, fault.Message);
        }
    }

    /// <summary>Has a transaction verified anew.</summary>
    /// <param name="transactionId">43 characters.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="BadInputException">It is no transaction id.</exception>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<ArioVerifyResult> SubmitAsync(string transactionId, CancellationToken cancellationToken)
    {
        RequireId(transactionId);
        var body = new JsonObject { ["txId"] = transactionId };
        var answer = await _transport
            .SendAsync(HttpMethod.Post, "/api/v1/verify", body, MaxResultSize, cancellationToken)
            .ConfigureAwait(false);
        return answer.IsSuccess ? ArioVerifyResult.Read(answer.ReadObject(), options.Address) : throw answer.ToException();
    }

    /// <summary>Asks until a level is reached or the time is over.</summary>
    /// <param name="transactionId">43 characters.</param>
    /// <param name="level">1, 2 or 3.</param>
    /// <param name="progress">Told each answer; null for nobody.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The last answer, whatever its level.</returns>
    /// <exception cref="AnchorUnavailableException">No answer ever came.</exception>
    public async Task<ArioVerifyResult> PollAsync(
        string transactionId,
        int level,
        IProgress<ArioVerifyResult>? progress,
        CancellationToken cancellationToken
    )
    {
        RequireId(transactionId);
        var started = time.GetTimestamp();
        ArioVerifyResult? last = null;
        while (true)
        {
            AnchorUnavailableException? fault = null;
            try
            {
                last = await SubmitAsync(transactionId, cancellationToken).ConfigureAwait(false);
                progress?.Report(last);
            }
            catch (AnchorUnavailableException unreachable)
            {
                fault = unreachable;
            }

            if (last?.Level >= level && fault is null)
            {
                return last;
            }

            if (time.GetElapsedTime(started) + options.PollEvery > options.PollFor)
            {
                return last ?? throw fault!; // ! without an answer there was a fault
            }

            await Task.Delay(options.PollEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has a transaction verified and judges the answer: the service's word against what is expected, and its operator's signature.</summary>
    /// <param name="transactionId">43 characters.</param>
    /// <param name="dataHash">SHA-256 of the transaction's data.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="BadInputException">It is no transaction id.</exception>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<ArioVerifyReport> VerifyAsync(string transactionId, Digest dataHash, CancellationToken cancellationToken) =>
        await JudgeAsync(
                await SubmitAsync(transactionId, cancellationToken).ConfigureAwait(false),
                transactionId,
                dataHash,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Judges an answer; fetches the operator's attestation where the service may have one.</summary>
    public async Task<ArioVerifyReport> JudgeAsync(
        ArioVerifyResult result,
        string transactionId,
        Digest dataHash,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(result);
        OperatorAttestation? attestation = null;
        string? missing = null;
        if (result is { VerificationId: { } verification, Existence: not "not_found" })
        {
            try
            {
                attestation = await FindAttestationAsync(verification, transactionId, cancellationToken).ConfigureAwait(false);
                missing = attestation is null ? "the service has signed nothing for it" : null;
            }
            catch (UnavailableException fault)
            {
                missing = fault.Message;
            }
        }

        return ArioVerifyReport.Judge(result, attestation, missing, transactionId, dataHash, options, time.GetUtcNow());
    }

    /// <summary>The results that the service keeps for a transaction, newest first; only permanent ones are kept, for 30 days.</summary>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<IReadOnlyList<ArioVerifyResult>> FindResultsAsync(string transactionId, CancellationToken cancellationToken)
    {
        RequireId(transactionId);
        var answer = await _transport
            .SendAsync(HttpMethod.Get, "/api/v1/verify/tx/" + transactionId, null, MaxResultSize, cancellationToken)
            .ConfigureAwait(false);
        return !answer.IsSuccess
            ? throw answer.ToException()
            :
            [
                .. (answer.ReadObject()["results"] as JsonArray ?? [])
                    .OfType<JsonObject>()
                    .Select(json => ArioVerifyResult.Read(json, options.Address)),
            ];
    }

    /// <summary>A result that the service keeps; null where it keeps none of that id.</summary>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<ArioVerifyResult?> FindResultAsync(string verificationId, CancellationToken cancellationToken)
    {
        var answer = await GetOfAsync(verificationId, "", cancellationToken).ConfigureAwait(false);
        return answer.Status == 404 ? null
            : answer.IsSuccess ? ArioVerifyResult.Read(answer.ReadObject(), options.Address)
            : throw answer.ToException();
    }

    /// <summary>The operator's attestation of a result, unchecked; null where there is none.</summary>
    /// <param name="verificationId">The result.</param>
    /// <param name="transactionId">The transaction that it was asked for.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="AnchorUnavailableException">The service does not answer as it should.</exception>
    public async Task<OperatorAttestation?> FindAttestationAsync(
        string verificationId,
        string transactionId,
        CancellationToken cancellationToken
    )
    {
        var answer = await GetOfAsync(verificationId, "/attestation", cancellationToken).ConfigureAwait(false);
        return answer.Status == 404 ? null
            : answer.IsSuccess ? OperatorAttestation.FromService(answer.ReadObject(), transactionId)
            : throw answer.ToException();
    }

    private async Task<AnchorAnswer> GetOfAsync(string verificationId, string rest, CancellationToken cancellationToken)
    {
        if (!ServiceId.IsWellFormed(verificationId))
        {
            throw new AnchorUnavailableException("the service gave a verification an id that is none");
        }

        return await _transport
            .SendAsync(HttpMethod.Get, $"/api/v1/verify/{verificationId}{rest}", null, MaxResultSize, cancellationToken)
            .ConfigureAwait(false);
    }

    private static void RequireId(string transactionId)
    {
        if (!ArweaveId.IsWellFormed(transactionId))
        {
            throw new BadInputException($"\"{transactionId}\" is no transaction id", "it has 43 characters of A-Z, a-z, 0-9, _ and -");
        }
    }
}
