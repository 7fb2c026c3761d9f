using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Outbox;
using Hallmark.Ledger.Receipts;

namespace Hallmark.Home;

/// <summary>What came of asking after receipts that are not final.</summary>
/// <param name="Asked">Receipts that were asked after.</param>
/// <param name="Advanced">Receipts whose state is another one now.</param>
/// <param name="Failures">Why an anchor could not be asked, one for each.</param>
public sealed record ReceiptRefresh(int Asked, int Advanced, IReadOnlyList<string> Failures)
{
    private const int MaxAsked = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks after every receipt that may still grow, whenever it was asked after last: those that are submitted or confirmed, and final ones that wait for an attestation. An anchor that does not answer is not asked again.</summary>
    /// <param name="session">The home.</param>
    /// <param name="only">Of this anchor only; null for all.</param>
    /// <param name="cancellationToken">Ends the asking; what was answered is kept.</param>
    /// <exception cref="BadInputException">There is no such anchor.</exception>
    public static async Task<ReceiptRefresh> RunAsync(Session session, string? only, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var anchors = session.Anchors.Where(anchor => only is null || anchor.Name == only).ToList();
        if (only is not null && anchors.Count == 0)
        {
            throw new BadInputException($"there is no anchor \"{only}\" in the settings", "hallmark anchors list");
        }

        var ledger = await session.OpenLedgerAsync(cancellationToken).ConfigureAwait(false);
        var claims = session.ClaimOutbox(Patience);
        var results = await Task.WhenAll(anchors.Select(anchor => RunAsync(anchor, ledger.Receipts, claims, cancellationToken)))
            .ConfigureAwait(false);
        return new ReceiptRefresh(
            results.Sum(result => result.Asked),
            results.Sum(result => result.Advanced),
            [.. results.SelectMany(result => result.Failures)]
        );
    }

    /// <summary>In words.</summary>
    public string Describe() =>
        Asked == 0 && Failures.Count == 0
            ? "every receipt is final: there is nothing to ask"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Asked} asked, {Advanced} came further{(Failures.Count == 0 ? "" : $", {Failures.Count} anchors did not answer")}"
            );

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["asked"] = Asked,
            ["advanced"] = Advanced,
            ["failures"] = new JsonArray([.. Failures.Select(failure => (JsonNode)failure)]),
        };

    private static async Task<ReceiptRefresh> RunAsync(
        ConfiguredAnchor anchor,
        LedgerReceipts receipts,
        OutboxClaims claims,
        CancellationToken cancellationToken
    )
    {
        var (asked, advanced) = (0, 0);
        try
        {
            // Nobody else changes this anchor's receipts between the reading and the keeping.
            var kind = AnchorWork.KindOf(anchor.Name);
            using var claim = await claims.TryTakeAsync(kind, cancellationToken).ConfigureAwait(false);
            if (claim is null)
            {
                return new ReceiptRefresh(0, 0, [$"{anchor.Name}: {claims.DescribeHolder(kind)}"]);
            }

            // All are listed before the first is asked after: one that comes further would be in the next state's list too.
            var open = new List<AnchorReceipt>();
            foreach (var state in new[] { ReceiptState.Submitted, ReceiptState.Confirmed, ReceiptState.Final })
            {
                var listed = await receipts.ListAsync(anchor.Name, state, MaxAsked, cancellationToken).ConfigureAwait(false);
                open.AddRange(listed.Where(receipt => receipt is not { State: ReceiptState.Final, RefreshAfter: null }));
            }

            foreach (var receipt in open)
            {
                var now = await anchor.Open().RefreshAsync(receipt, cancellationToken).ConfigureAwait(false);
                await receipts.PutAsync(now, CancellationToken.None).ConfigureAwait(false);
                asked++;
                advanced += now.State == receipt.State ? 0 : 1;
            }

            return new ReceiptRefresh(asked, advanced, []);
        }
        catch (HallmarkException failure)
        {
            return new ReceiptRefresh(asked, advanced, [$"{anchor.Name}: {failure.Message}"]);
        }
    }
}
