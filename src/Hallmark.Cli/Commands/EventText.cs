using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.Output;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Home;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary>Says what was recorded, where it stands, and what is still to be done.</summary>
internal static class EventText
{
    /// <summary>Writes one recorded event as text or JSON.</summary>
    public static void Write(
        CommandHost host,
        ParseResult result,
        Session session,
        string subject,
        PreparedEvent recorded,
        LoggedEntry entry,
        OutboxReport written,
        IReadOnlyList<(string Name, string Value)> facts,
        string next,
        bool wasRecorded = false
    )
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(Json(recorded, entry, written, facts, wasRecorded));
            return;
        }

        var terminal = host.Terminal;
        terminal.Out.WriteLine(
            $"{terminal.Strong(PlainText.Of(subject))}  {terminal.Good("RECORDED")}: {(wasRecorded ? "earlier, as entry" : "signed and in the ledger as entry")} {entry.Index}"
        );
        terminal.Out.WriteLine();
        WriteRow(host, "event", $"{recorded.EventType} {recorded.EventId}");
        WriteRow(host, "record", $"{Units.Size(recorded.Record.Length)}, sha256 {recorded.PayloadHash}");
        WriteRow(host, "signed by", $"\"{session.OpenSigner().Name}\" {recorded.PublicKeyHex}");
        WriteRow(
            host,
            "follows",
            recorded.PreviousHash == EnvelopeDrafts.Genesis
            && HallmarkMember.Of(recorded.Payload)?[HallmarkMember.Previous] is JsonObject previous
                ? $"event {previous["event_id"]}"
                : recorded.PreviousHash
        );
        foreach (var (name, value) in facts)
        {
            WriteRow(host, name, value);
        }

        WriteRow(host, "written back", written.Describe());
        WriteRow(
            host,
            "witness",
            session.Anchors.Count == 0
                ? "none yet: no anchor is configured (hallmark anchors add)"
                : $"none yet; goes to {string.Join(", ", session.Anchors.Select(anchor => anchor.Name))}: hallmark receipts show {entry.Index}"
        );
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"Next: {PlainText.Of(next)}");
    }

    private static JsonObject Json(
        PreparedEvent recorded,
        LoggedEntry entry,
        OutboxReport written,
        IReadOnlyList<(string Name, string Value)> facts,
        bool wasRecorded
    ) =>
        new()
        {
            ["event_id"] = recorded.EventId,
            ["event_type"] = recorded.EventType,
            ["entry"] = entry.Index,
            ["was_recorded"] = wasRecorded,
            ["payload_hash"] = recorded.PayloadHash,
            ["previous_hash"] = recorded.PreviousHash,
            ["public_key"] = recorded.PublicKeyHex,
            ["payload"] = recorded.Payload.DeepClone(),
            ["envelope"] = recorded.Envelope.DeepClone(),
            ["facts"] = new JsonArray([.. facts.Select(fact => (JsonNode)new JsonObject { ["name"] = fact.Name, ["value"] = fact.Value })]),
            ["outbox"] = written.ToJson(),
        };

    private static void WriteRow(CommandHost host, string name, string value) =>
        host.Terminal.Out.WriteLine($"  {name, -13} {PlainText.Of(value)}");
}
