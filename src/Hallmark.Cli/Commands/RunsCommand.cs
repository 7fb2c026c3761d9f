using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark runs list</c>: the runs of the store, and which of them have a proof.</summary>
internal sealed class RunsCommand(CommandHost host)
{
    /// <summary>The command.</summary>
    public Command Create()
    {
        var list = new HallmarkCommand(
            "list",
            "List the runs of the store, and which of them have a proof.",
            "hallmark runs list --tracking-uri ./mlruns"
        );
        list.SetAction(ListAsync);
        return new HallmarkCommand("runs", "Look at the runs of the MLflow store.", "hallmark runs list") { list };
    }

    private async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            var store = session.OpenStore();
            var rows = new JsonArray();
            foreach (var experiment in await store.ListExperimentsAsync(cancellationToken).ConfigureAwait(false))
            {
                await foreach (var run in store.ListRunsAsync(experiment.Id, cancellationToken).ConfigureAwait(false))
                {
                    rows.Add((JsonNode)Row(experiment, run));
                }
            }

            if (CommandHost.WantsJson(result))
            {
                host.WriteJson(rows);
                return 0;
            }

            WriteTable(rows, store.TrackingUri);
            return 0;
        }
    }

    private static JsonObject Row(Experiment experiment, MlflowRun run) =>
        new()
        {
            ["run_id"] = run.RunId,
            ["run_name"] = run.RunName,
            ["experiment"] = experiment.Name,
            ["status"] = run.Status,
            ["deleted"] = run.LifecycleStage == "deleted",
            ["started"] = run.StartTime is { } start ? Units.Time(DateTimeOffset.FromUnixTimeMilliseconds(start)) : null,
            ["proof"] = run.Tags.GetValueOrDefault(ArioTags.VerifyStatus),
        };

    private void WriteTable(JsonArray rows, string trackingUri)
    {
        if (rows.Count == 0)
        {
            host.Terminal.Out.WriteLine(
                $"No runs in {PlainText.Of(trackingUri)} yet. Log one with MLflow, then: hallmark anchor run <run id>"
            );
            return;
        }

        foreach (var row in rows.Select(row => row!.AsObject()))
        {
            var proof = (string?)row["proof"];
            host.Terminal.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{PlainText.Of((string?)row["run_id"] ?? "")}  {(proof is null ? "– no proof" : "✔ " + PlainText.Of(proof)), -10}  {PlainText.Of((string?)row["status"] ?? ""), -9}  {(string?)row["started"] ?? "", -23}  {PlainText.Of((string?)row["experiment"] ?? "")}/{PlainText.Of((string?)row["run_name"] ?? "")}{((bool)row["deleted"]! ? " (deleted)" : "")}"
                )
            );
        }
    }
}
