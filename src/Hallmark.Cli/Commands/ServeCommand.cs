using System.CommandLine;
using System.Text.Json.Nodes;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Commands.Serving;
using Hallmark.Cli.Output;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Predictions;
using Hallmark.Home;
using Hallmark.Inference.Loading;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Predictions.Salted;
using Hallmark.Server.Scoring;
using Microsoft.Extensions.Logging;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark serve MODEL</c>: verifies a model, then answers over HTTP, each answer with its receipt.</summary>
internal sealed class ServeCommand(CommandHost host)
{
    private static readonly TimeSpan OutboxPause = TimeSpan.FromSeconds(2);
    private readonly ModelSourceOptions _source = new();
    private readonly ServeOptions _options = new();
    private readonly AgentGateOptions _gate = new();

    private readonly Option<bool> _salted = new("--salted")
    {
        Description =
            "Commit to input and output field by field, so that one field can be disclosed or forgotten later: receipts disclose, receipts forget.",
    };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "serve",
            "Verify a model and serve it: MLflow's scoring protocol and the Open Inference Protocol, each answer with its receipt.",
            "hallmark serve models:/credit-scorer/3 --listen 127.0.0.1:5001"
        );
        _source.AddTo(command);
        _options.AddTo(command);
        _gate.AddTo(command);
        command.Options.Add(_salted);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var options = _options.Read(result, host.Terminal.Environment);
        using var tls = options.Tls;
        options.RequireSafe();
        ScoringThreads.Prepare();
        using var spans = SpanExport.Start(host.Terminal.Environment);
        using var lines = new ErrorLines(host.Terminal, host.Time);
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            using var gate = _gate.Open(result, session, lines.Write);
            var model = await _source.OpenAsync(result, session, options.ModelName, gate, lines.Write, token).ConfigureAwait(false);
            await using (model.ConfigureAwait(false))
            {
                _ = await session.OpenLedgerAsync(token).ConfigureAwait(false);
                var ledger = await session.PrepareLedgerAsync(token).ConfigureAwait(false);
                var logOptions = new PredictionLogOptions { SealsWithoutInterrupting = true };
                var log = new LedgerPredictionLog(ledger, session.OpenSigner(), host.Time, logOptions);
                await using (log.ConfigureAwait(false))
                {
                    await ServeAsync(result, options, session, model, log, lines, token).ConfigureAwait(false);
                }
            }
        }

        host.Terminal.Error.WriteLine("stopped; every prediction that was answered is in the ledger");
        return 0;
    }

    private async Task ServeAsync(
        ParseResult result,
        ScoringServerOptions options,
        Session session,
        ServedModel model,
        LedgerPredictionLog log,
        ErrorLines lines,
        CancellationToken token
    )
    {
        using var logging = new LoggerFactory([lines]);
        using var salts = result.GetValue(_salted) ? SaltStore.Open(SaltFile.PathOf(session)) : null;
        var predictions = new PredictionService(
            model.Runner,
            model.Identity,
            log,
            host.Time,
            new PredictionServiceOptions
            {
                Recheck = model.Gate,
                FindLedger = session.FindLedger,
                CapturesSpan = false,
                Salts = salts,
            }
        );
        var guarded = new GuardedModel(
            predictions,
            model.Identity,
            model.Runner,
            (id, cancel) => FindReceiptAsync(session, id, cancel),
            model.Metadata
        );
        var server = await ScoringServer.StartAsync(options, guarded, host.Time, logging, token).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Announce(result, options, model, server);
            await DrainOutboxAsync(session, lines, token).ConfigureAwait(false);
            host.Terminal.Error.WriteLine("stopping: what is under way is answered first; a second signal cuts it off");
            await server.StopAsync(host.AtOnce).ConfigureAwait(false);
        }
    }

    private void Announce(ParseResult result, ScoringServerOptions options, ServedModel model, ScoringServer server)
    {
        var name = options.ModelName ?? model.Identity.Name;
        if (CommandHost.WantsJson(result))
        {
            host.Terminal.Out.WriteLine(
                new JsonObject
                {
                    ["address"] = server.Address.ToString(),
                    ["model"] = name,
                    ["version"] = model.Identity.Version,
                    ["runner"] = model.Runner.Kind,
                    ["artifact_verified"] = model.Identity.ArtifactVerified,
                }.ToJsonString()
            );
        }
        else
        {
            var state = model.Identity.ArtifactVerified is true ? host.Terminal.Good("VERIFIED") : host.Terminal.Undecided("NOT VERIFIED");
            host.Terminal.Out.WriteLine(
                $"{PlainText.Of(TitleOf(options, model.Identity))}  {state}, by runner {model.Runner.Kind}, at {server.Address}"
            );
            host.Terminal.Out.WriteLine(
                $"  POST /invocations, POST /v2/models/{Uri.EscapeDataString(name)}/infer, GET /receipts/ID, GET /openapi.json; Ctrl+C stops"
            );
            if (options.Keys.Count == 0 && options.Tls?.RequiresClientCertificate is not true)
            {
                host.Terminal.Out.WriteLine("  anybody who reaches it may ask: no API keys are set up (--api-keys)");
            }
        }

        host.Terminal.Out.Flush();
    }

    // Of a folder, or of a server that runs, the registry knows neither name nor version: what was typed says more than "unknown".
    private static string TitleOf(ScoringServerOptions options, ModelIdentity identity)
    {
        var name = options.ModelName ?? (identity.Name == ModelIdentity.Unknown ? identity.Uri : identity.Name);
        return identity.Version == ModelIdentity.Unknown ? name : $"{name}/{identity.Version}";
    }

    // Most work is ours, of the predictions: it does not wait until somebody starts a worker.
    private async Task DrainOutboxAsync(Session session, ErrorLines lines, CancellationToken token)
    {
        string? last = null;
        while (!token.IsCancellationRequested)
        {
            try
            {
                // In here: whoever stops the server the moment it is ready stops it like any other.
                var ledger = await session.OpenLedgerAsync(token).ConfigureAwait(false);
                if (await ledger.Outbox.Reader.FindNextDueAsync(token).ConfigureAwait(false) is { } due && due <= host.Time.GetUtcNow())
                {
                    _ = await session.DrainOutboxAsync(watch: null, OutboxWorker.RoundBudget, token).ConfigureAwait(false);
                }

                last = null;
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (HallmarkException failure)
            {
                // Predictions go on; what could not be done stays in the outbox.
                if (failure.Message != last)
                {
                    lines.Write("outbox: " + failure.Message);
                    last = failure.Message;
                }
            }

            await Task.Delay(OutboxPause, host.Time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> FindReceiptAsync(Session session, string decisionId, CancellationToken token)
    {
        var ledger = session.FindLedger() ?? throw new UnavailableException("this server's ledger cannot be read");
        var receipt = await new PredictionReceiptComposer(ledger).FindAsync(decisionId, withRecord: true, token).ConfigureAwait(false);

        // Not `? null :`: that would be a null array, which becomes memory of nothing instead of none.
        return receipt is null ? default(ReadOnlyMemory<byte>?) : PredictionReceiptJson.Write(receipt);
    }
}
