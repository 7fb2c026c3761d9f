using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Home.Settings;

namespace Hallmark.Cli.Commands;

/// <summary><c>--wait[=submitted|confirmed|final]</c> and <c>--wait-timeout</c>: stay until the anchors have the event.</summary>
internal sealed class WaitOption
{
    private const string DefaultTimeout = "2h";

    /// <summary>Makes both options; one pair may serve several commands.</summary>
    public WaitOption() => Level.AcceptOnlyFromAmong("submitted", "confirmed", "final");

    /// <summary>How far.</summary>
    public Option<string?> Level { get; } =
        new("--wait")
        {
            Description =
                "Stay until every anchor has it: submitted (if no word follows), confirmed or final. Exit code 3 where one has not in time.",
            HelpName = "submitted|confirmed|final",
            Arity = ArgumentArity.ZeroOrOne,
        };

    /// <summary>How long at most.</summary>
    public Option<string> Timeout { get; } =
        new("--wait-timeout")
        {
            Description = "How long --wait stays at most: 90s, 10m, 2h.",
            HelpName = "time",
            DefaultValueFactory = _ => DefaultTimeout,
        };

    /// <summary>Adds both to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Level);
        command.Options.Add(Timeout);
    }

    /// <summary>Refuses, before anything is recorded, what could not be waited for.</summary>
    /// <exception cref="BadInputException">The time is none.</exception>
    /// <exception cref="UnavailableException">There is no anchor to wait for, or no connection may be made.</exception>
    public void Check(ParseResult result, Session session)
    {
        _ = ReadTimeout(result);
        if (!IsAsked(result))
        {
            return;
        }

        if (session.Anchors.Count == 0)
        {
            throw new UnavailableException(
                "--wait: no anchor is configured, so there is nothing to wait for",
                "hallmark anchors add NAME TYPE …"
            );
        }
    }

    /// <summary>Waits where it was asked; with the ledger closed, so that the rounds can open it.</summary>
    /// <returns>0, or 3 where an anchor has not taken the event in time.</returns>
    public async Task<int> RunAsync(CommandHost host, ParseResult result, string eventId, CancellationToken token)
    {
        if (!IsAsked(result))
        {
            return 0;
        }

        var level = result.GetValue(Level) switch
        {
            "confirmed" => ReceiptState.Confirmed,
            "final" => ReceiptState.Final,
            _ => ReceiptState.Submitted,
        };
        using var line = new ProgressLine(host.Terminal, host.Time);
        var progress = await new WitnessWait(() => host.OpenSession(result), host.Time)
            .RunAsync(
                eventId,
                level,
                ReadTimeout(result),
                all => line.Say(string.Join("   ", all.Select(one => Describe(one, host.Time)))),
                token
            )
            .ConfigureAwait(false);
        line.Dispose();
        var isReached = progress.All(one => one.IsReached);
        if (CommandHost.WantsJson(result))
        {
            // The event's own JSON is on standard output already, as one document.
            host.Terminal.Error.WriteLine(
                new JsonObject { ["waited_for"] = new JsonArray([.. progress.Select(one => (JsonNode)Json(one))]) }.ToJsonString()
            );
        }
        else
        {
            foreach (var one in progress)
            {
                var mark = one.IsReached ? host.Terminal.Good("✔") : host.Terminal.Undecided("…");
                host.Terminal.Out.WriteLine($"  {mark} {PlainText.Of(Describe(one, host.Time))}");
            }
        }

        if (!isReached)
        {
            host.Terminal.Error.WriteLine(
                "hint: nothing is lost: the work stays in the outbox; next: hallmark outbox drain, or hallmark worker"
            );
        }

        return isReached ? 0 : 3;
    }

    private static string Describe(AnchorProgress one, TimeProvider time) =>
        $"{one.Anchor}: "
        + one.Receipt?.State switch
        {
            null => "not sent yet",
            ReceiptState.Submitted => $"submitted, pending ({WitnessWords.Estimate(one.Receipt.ExpectedAt, time)})",
            ReceiptState.Rejected => $"rejected ({one.Receipt.Remark ?? "no reason given"})",
            { } state => AnchorReceiptJson.NameOf(state),
        };

    private static JsonObject Json(AnchorProgress one) =>
        new()
        {
            ["anchor"] = one.Anchor,
            ["state"] = one.Receipt is { } receipt ? AnchorReceiptJson.NameOf(receipt.State) : "none",
            ["reference"] = one.Receipt?.Reference,
            ["reached"] = one.IsReached,
        };

    private bool IsAsked(ParseResult result) => result.GetResult(Level) is not null;

    private TimeSpan ReadTimeout(ParseResult result)
    {
        var text = result.GetValue(Timeout);
        return DurationText.TryParse(text, out var timeout)
            ? timeout
            : throw new BadInputException($"\"{text}\" is not a time", "--wait-timeout takes 90s, 10m, 2h or 1d");
    }
}
