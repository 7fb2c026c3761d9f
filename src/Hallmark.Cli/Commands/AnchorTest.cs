using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Home;

namespace Hallmark.Cli.Commands;

/// <summary>What came of trying an anchor: it is opened, asked whether it would take something, and made to prepare a submission that is then thrown away.</summary>
internal sealed record AnchorTest
{
    /// <summary>The anchor's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it said; null where it could not be opened.</summary>
    public AnchorStatus? Status { get; init; }

    /// <summary>What was prepared; null where that failed.</summary>
    public AnchorReceipt? Prepared { get; init; }

    /// <summary>Why it is not usable, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>True where a submission would go now.</summary>
    public bool IsUsable => Failure is null && Status?.IsReachable is true;

    /// <summary>Tries one. Nothing is sent but questions.</summary>
    public static async Task<AnchorTest> RunAsync(ConfiguredAnchor configured, TimeProvider time, CancellationToken token)
    {
        var test = new AnchorTest { Name = configured.Name };
        try
        {
            var anchor = configured.Open();
            _ = configured.OpenVerifier();
            var content = "hallmark anchors test: never sent\n"u8.ToArray();
            var submission =
                configured.Target is AnchorTarget.Envelope
                    ? AnchorSubmission.OfEnvelope(content)
                    : AnchorSubmission.OfCheckpoint("hallmark.invalid/test", 1, content);
            return test with
            {
                Prepared = await anchor.PrepareAsync(submission, token).ConfigureAwait(false),
                Status = await anchor.ReadStatusAsync(token).ConfigureAwait(false),
            };
        }
        catch (HallmarkException failure)
        {
            return test with { Failure = failure.Message };
        }
    }

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["usable"] = IsUsable,
            ["reachable"] = Status?.IsReachable,
            ["detail"] = Failure ?? Status?.Detail,
            ["would_send"] = Prepared is null
                ? null
                : new JsonObject
                {
                    ["world"] = Prepared.World,
                    ["network"] = Prepared.Network,
                    ["digest"] = Prepared.Digest.ToString(),
                    ["reference"] = Prepared.Reference,
                    ["proof_members"] = new JsonArray([.. Prepared.Proof.Select(member => (JsonNode)member.Key)]),
                },
        };

    /// <summary>As text.</summary>
    public void Write(Terminal terminal)
    {
        var mark = IsUsable ? terminal.Good("✔ usable") : terminal.Bad("✘ not usable");
        terminal.Out.WriteLine($"{mark}  {Name, -11} {PlainText.Of(Failure ?? Status?.Detail ?? "")}");
        if (Prepared is { } prepared)
        {
            terminal.Out.WriteLine(
                $"    would send    {AnchorReceiptJson.NameOf(prepared.Target)} {Units.Short(prepared.Digest.Hex)} to {prepared.World} ({PlainText.Of(prepared.Network)})"
                    + (prepared.Reference is null ? "" : $" as {PlainText.Of(prepared.Reference)}")
            );
        }
    }
}
