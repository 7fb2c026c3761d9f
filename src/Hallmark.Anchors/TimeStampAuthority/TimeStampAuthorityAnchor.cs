using System.Net.Http.Headers;
using System.Security.Cryptography.Pkcs;
using Hallmark.Anchors.Http;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>
/// A time-stamp authority (RFC 3161): it learns the SHA-256 of the content and signs that it saw it at its clock's time. Asking twice gives two tokens, of which one is
/// kept; nothing is made public.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="http">The bounded client.</param>
/// <param name="time">The clock that the authority's is held against.</param>
public sealed class TimeStampAuthorityAnchor(TimeStampAuthorityOptions options, AnchorHttp http, TimeProvider time) : IAnchor
{
    /// <summary>The name of this kind of world in receipts.</summary>
    public const string WorldName = "rfc3161";

    private const string QueryType = "application/timestamp-query";
    private const string ReplyType = "application/timestamp-reply";

    // The response is the token and a few bytes of status.
    private const int MaxAnswerSize = TimeStampProof.MaxTokenSize;

    /// <inheritdoc />
    public string Name => options.Name;

    /// <inheritdoc />
    public string World => WorldName;

    /// <inheritdoc />
    public AnchorTarget Target => options.Target;

    /// <inheritdoc />
    public bool IsOutsideWitness => true;

    /// <inheritdoc />
    public Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        return Task.FromResult(
            new AnchorReceipt
            {
                Anchor = Name,
                World = World,
                Network = options.Network,
                Target = submission.Target,
                Digest = submission.Digest,
                TreeSize = submission.TreeSize,
                State = ReceiptState.Prepared,
                PreparedAt = time.GetUtcNow(),
                Proof = new TimeStampProof { Request = TimeStampRequest.Create(submission.Digest, options.Trust.Policy) }.ToJson(),
            }
        );
    }

    /// <inheritdoc />
    public async Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        if (prepared.State is not ReceiptState.Prepared)
        {
            return prepared;
        }

        var proof = TimeStampProof.Read(prepared.Proof);
        var answer = await PostAsync(proof.Request, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw answer.ToException();
        }

        proof = proof with { Token = TimeStampAnswer.ReadToken(answer.Body, answer.Host) };
        var inspection = Require(prepared, proof, answer.Host);
        proof = proof with { Token = KeepNeeded(proof.Token, inspection) };
        return prepared with
        {
            State = ReceiptState.Final,
            Reference = TimeStampReceiptVerifier.ReferenceOf(inspection.Facts!), // ! a token that passed has facts
            SubmittedAt = time.GetUtcNow(),
            Remark = inspection.IsTrusted
                ? null
                : $"signed by {inspection.Signer!.Subject}; no root is set up, so nobody has checked whose that is", // ! as above
            Proof = proof.ToJson(),
        };
    }

    /// <inheritdoc />
    public Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken) => Task.FromResult(receipt);

    /// <inheritdoc />
    /// <remarks>Asks for no token, which might cost something: whoever answers at all is taken for reachable.</remarks>
    public async Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.GetAsync(options.Address, MaxAnswerSize, options.Timeout, cancellationToken).ConfigureAwait(false);
            return new AnchorStatus(
                !answer.IsTransient,
                answer.IsTransient
                    ? answer.ToException().Message
                    : $"{answer.Host} answers; tokens are checked against "
                        + (options.Trust.Roots.Count == 0 ? "no root: none is set up" : $"{options.Trust.Roots.Count} given roots")
            );
        }
        catch (AnchorUnavailableException fault)
        {
            return new AnchorStatus(IsReachable: false, fault.Message);
        }
    }

    private Task<AnchorAnswer> PostAsync(byte[] request, CancellationToken cancellationToken) =>
        http.SendAsync(
            () =>
            {
                var message = new HttpRequestMessage(HttpMethod.Post, options.Address) { Content = new ByteArrayContent(request) };
                message.Content.Headers.ContentType = new MediaTypeHeaderValue(QueryType);
                message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ReplyType));
                return message;
            },
            MaxAnswerSize,
            options.Timeout,
            cancellationToken
        );

    // A token that does not hold now never will: better none, and another try.
    private TokenInspection Require(AnchorReceipt prepared, TimeStampProof proof, string host)
    {
        var checks = new ReceiptCheckList();
        var inspection = new TokenInspection(options.Trust, checks);
        inspection.Run(prepared.Digest, proof);
        var now = time.GetUtcNow();
        inspection.AskTime(now, now);
        var fault = checks
            .ToImmutable()
            .FirstOrDefault(static check => check.Outcome is CheckOutcome.Failed || check.Reason is "clocks_disagree");
        return fault is null
            ? inspection
            : throw new AnchorUnavailableException(
                $"{host} sent a token that is not accepted: {fault.Detail}",
                "check the authority's address, root and policy in hallmark.json"
            );
    }

    // Certificates outside the path to the root are covered by no signature that is checked later, and no verifier needs them.
    private static byte[] KeepNeeded(byte[] token, TokenInspection inspection)
    {
        if (!inspection.IsTrusted || !Rfc3161TimestampToken.TryDecode(token, out var decoded, out _))
        {
            return token;
        }

        var cms = decoded.AsSignedCms();
        var needless = cms
            .Certificates.Where(held => !inspection.Path.Any(used => used.RawDataMemory.Span.SequenceEqual(held.RawDataMemory.Span)))
            .ToList();
        foreach (var certificate in needless)
        {
            cms.RemoveCertificate(certificate);
        }

        return needless.Count == 0 ? token : cms.Encode();
    }
}
