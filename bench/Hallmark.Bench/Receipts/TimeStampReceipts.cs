using System.Globalization;
using Hallmark.Anchors;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Core.Anchoring;

namespace Hallmark.Bench.Receipts;

/// <summary>
/// Receipts of a time-stamp authority (RFC 3161): made, which is a request written and the answer checked up to the root, and verified from their bytes. The answers are those of
/// <c>openssl ts</c>, made beforehand: the authority's own work is not part of the figures.
/// </summary>
internal static class TimeStampReceipts
{
    public static void Measure(TextWriter output, IReadOnlyList<AnchorSubmission> submissions)
    {
        using var authority = new OpenSslAuthority();
        using var root = authority.Root;
        var trust = new TimeStampTrust { Roots = [root] };
        var answers = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var http = new HttpClient(new AnsweringHandler(request => answers[Convert.ToHexString(AnsweringHandler.BodyOf(request))]));
        var anchor = new TimeStampAuthorityAnchor(
            new TimeStampAuthorityOptions
            {
                Name = "tsa",
                Address = new Uri("https://tsa.example/"),
                Trust = trust,
            },
            new AnchorHttp(http, allowPlainHttp: false, TimeProvider.System),
            TimeProvider.System
        );
        List<AnchorReceipt> prepared = [];
        var asked = ProcessorRate.BestOf(
            submissions.Count,
            () => prepared = [.. submissions.Select(one => anchor.PrepareAsync(one, CancellationToken.None).GetAwaiter().GetResult())]
        );
        foreach (var receipt in prepared)
        {
            var request = TimeStampProof.Read(receipt.Proof).Request;
            answers[Convert.ToHexString(request)] = authority.Reply(request);
        }

        List<byte[]> bytes = [];
        var answered = ProcessorRate.BestOf(
            prepared.Count,
            () =>
                bytes = [
                    .. prepared.Select(one =>
                        AnchorReceiptJson.Write(anchor.SubmitAsync(one, CancellationToken.None).GetAwaiter().GetResult())
                    ),
                ]
        );
        var verifier = new TimeStampReceiptVerifier(trust, TimeProvider.System);
        var verified = ProcessorRate.BestOf(
            bytes.Count,
            () =>
            {
                for (var i = 0; i < bytes.Count; i++)
                {
                    Require(verifier.Verify(AnchorReceiptJson.Parse(bytes[i]), submissions[i].Content));
                }
            }
        );
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"rfc3161: {1 / ((1 / asked) + (1 / answered)):N0} made/s, {verified:N0} verified/s (one core); receipt {bytes.Average(one => one.Length):N0} bytes, with a P-256 signer's certificate"
            )
        );
    }

    private static void Require(Witness witness)
    {
        if (witness is not { Holds: true, State: ReceiptState.Final })
        {
            throw new InvalidOperationException(string.Join("; ", witness.Checks.Select(check => $"{check.Name} {check.Outcome}")));
        }
    }
}
