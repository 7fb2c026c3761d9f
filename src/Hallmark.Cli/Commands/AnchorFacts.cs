using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Home;
using Hallmark.Home.Settings;
using Hallmark.Ledger;
using Hallmark.Ledger.Outbox;

namespace Hallmark.Cli.Commands;

/// <summary>How one anchor does: what it says itself, and what this home's ledger knows of it.</summary>
internal sealed record AnchorFacts
{
    /// <summary>What the settings say.</summary>
    public required AnchorSettings Settings { get; init; }

    /// <summary>What it says itself; null where it was not asked.</summary>
    public AnchorStatus? Status { get; init; }

    /// <summary>Its work in the outbox.</summary>
    public required OutboxCount Queue { get; init; }

    /// <summary>Why its oldest work that failed could not be done; or null.</summary>
    public string? LastError { get; init; }

    /// <summary>When it last took something; or null.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Asks all anchors at once; one that does not answer delays no other.</summary>
    public static async Task<IReadOnlyList<AnchorFacts>> ReadAllAsync(Session session, CancellationToken token)
    {
        var ledger = session.FindLedger();
        return await Task.WhenAll(session.Anchors.Select(anchor => ReadAsync(ledger, anchor, token))).ConfigureAwait(false);
    }

    /// <summary>Asks one anchor.</summary>
    public static async Task<AnchorFacts> ReadAsync(LedgerReader? ledger, ConfiguredAnchor anchor, CancellationToken token)
    {
        var kind = AnchorWork.KindOf(anchor.Name);
        var counts = ledger is null ? [] : await ledger.Outbox.CountAsync(token).ConfigureAwait(false);
        var work = ledger is null ? [] : await ledger.Outbox.FindAsync(state: null, kind, limit: 1_000, token).ConfigureAwait(false);
        var receipts = ledger is null
            ? []
            : await ledger.Receipts.ListAsync(anchor.Name, state: null, limit: 1_000, token).ConfigureAwait(false);
        return new AnchorFacts
        {
            Settings = anchor.Settings,
            Status = await anchor.ReadStatusAsync(token).ConfigureAwait(false),
            Queue = counts.FirstOrDefault(count => count.Kind == kind) ?? new OutboxCount(kind, 0, 0, OldestPending: null),
            LastError = work.FirstOrDefault(item => item.State is not OutboxState.Waiting && item.LastError is not null)?.LastError,
            LastSuccess = receipts.Select(receipt => receipt.SubmittedAt).Max(),
        };
    }

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["name"] = Settings.Name,
            ["type"] = Settings.Type,
            ["anchors"] = AnchorReceiptJson.NameOf(Settings.Target),
            ["every"] = Settings.Every > TimeSpan.Zero ? DurationText.Write(Settings.Every) : null,
            ["reachable"] = Status?.IsReachable,
            ["detail"] = Status?.Detail,
            ["address"] = Status?.Address,
            ["balance"] = Status?.Balance,
            ["last_success"] = LastSuccess is { } time ? Units.Time(time) : null,
            ["queue"] = new JsonObject
            {
                ["to_do"] = Queue.Pending,
                ["waiting"] = Queue.Waiting,
                ["given_up"] = Queue.Dead,
            },
            ["last_error"] = LastError,
        };

    /// <summary>What it takes and how often, in words.</summary>
    public string DescribeUse() =>
        Settings.Target is AnchorTarget.Envelope ? "each envelope"
        : Settings.Every > TimeSpan.Zero ? $"a checkpoint every {DurationText.Write(Settings.Every)}"
        : "each checkpoint";

    /// <summary>In one line.</summary>
    public string ToLine(Terminal terminal)
    {
        var mark = Status?.IsReachable is true ? terminal.Good("✔ reachable") : terminal.Bad("✘ out of reach");
        return $"{mark}  {Settings.Name, -11} {PlainText.Of(Status?.Detail ?? "")}";
    }

    /// <summary>The outbox's work in words.</summary>
    public string DescribeQueue() =>
        Queue.Pending + Queue.Waiting + Queue.Dead == 0
            ? "empty"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Queue.Pending} to do, {Queue.Waiting} waiting for the world, {Queue.Dead} given up"
            );
}
