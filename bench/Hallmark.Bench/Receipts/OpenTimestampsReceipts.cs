using System.Globalization;
using Hallmark.Anchors;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.OpenTimestamps;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Core.Anchoring;

namespace Hallmark.Bench.Receipts;

/// <summary>
/// Receipts of OpenTimestamps: made (two calendars' promises taken in), completed to a Bitcoin block, and verified from their bytes down to that block's header. The calendars are
/// in this process, and what they do is in the figures too, but their writing into the block.
/// </summary>
internal static class OpenTimestampsReceipts
{
    private static readonly string[] Addresses = ["https://a.calendar.example", "https://b.calendar.example"];

    public static void Measure(TextWriter output, IReadOnlyList<AnchorSubmission> submissions)
    {
        var calendars = Addresses.Select(static address => new BenchCalendar(address)).ToList();
        using var http = new HttpClient(
            new AnsweringHandler(request => calendars.First(one => one.Address.Host == request.RequestUri!.Host).Answer(request)) // ! as sent
        );
        var client = new CalendarClient(new AnchorHttp(http, allowPlainHttp: false, TimeProvider.System), TimeSpan.FromMinutes(2));
        var pool = new CalendarPool(client, calendars.Select(static one => one.Address), wantedAnswers: calendars.Count);
        var chain = new BenchChain();
        List<AnchorReceipt> pending = [];
        List<AnchorReceipt> complete = [];
        var made = ProcessorRate.BestOf(submissions.Count, () => pending = Make(Anchor(headers: null), submissions));
        calendars.ForEach(one => one.Attest(chain));
        chain.Grow(6);
        var headers = chain.ToHeaderFile();
        var completed = ProcessorRate.BestOf(
            pending.Count,
            () => complete = pending.ConvertAll(receipt => Complete(Anchor(headers), receipt))
        );
        var bytes = complete.ConvertAll(AnchorReceiptJson.Write);
        var verifier = new OpenTimestampsReceiptVerifier(
            new OpenTimestampsTrust { Network = BitcoinNetwork.Regtest, HeaderFile = headers }
        );
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
                $"opentimestamps: {made:N0} made/s, {completed:N0} completed to a block/s, {verified:N0} verified/s (one core); receipt {pending.Average(one => AnchorReceiptJson.Write(one).Length):N0} bytes with two calendars' promises, {bytes.Average(one => one.Length):N0} complete"
            )
        );

        OpenTimestampsAnchor Anchor(IBlockHeaderSource? headers) =>
            new(
                new OpenTimestampsOptions
                {
                    Name = "ots",
                    Network = BitcoinNetwork.Regtest,
                    Headers = headers,
                },
                pool,
                TimeProvider.System
            );
    }

    private static List<AnchorReceipt> Make(OpenTimestampsAnchor anchor, IReadOnlyList<AnchorSubmission> submissions)
    {
        var receipts = new List<AnchorReceipt>();
        foreach (var submission in submissions)
        {
            var prepared = anchor.PrepareAsync(submission, CancellationToken.None).GetAwaiter().GetResult();
            receipts.Add(anchor.SubmitAsync(prepared, CancellationToken.None).GetAwaiter().GetResult());
            _ = AnchorReceiptJson.Write(receipts[^1]);
        }

        return receipts;
    }

    private static AnchorReceipt Complete(OpenTimestampsAnchor anchor, AnchorReceipt receipt)
    {
        var complete = anchor.RefreshAsync(receipt, CancellationToken.None).GetAwaiter().GetResult();
        return complete.State is ReceiptState.Final
            ? complete
            : throw new InvalidOperationException($"a receipt is {complete.State}: {complete.Remark}");
    }

    private static void Require(Witness witness)
    {
        if (witness is not { Holds: true, State: ReceiptState.Final })
        {
            throw new InvalidOperationException(string.Join("; ", witness.Checks.Select(check => $"{check.Name} {check.Outcome}")));
        }
    }
}
