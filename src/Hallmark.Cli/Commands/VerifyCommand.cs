using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Recognition;
using Hallmark.Home;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark verify run|model|trace|dataset|file|envelope|bundle|receipt</c>.</summary>
internal sealed class VerifyCommand(CommandHost host)
{
    private readonly Option<string?> _signer = SignerOption.Create();
    private readonly WitnessOptions _witnesses = new();

    /// <summary>The command.</summary>
    public Command Create() =>
        new HallmarkCommand(
            "verify",
            "Ask the evidence: is it still what was recorded, and who signed it?",
            "hallmark verify model credit-scorer/3"
        )
        {
            CreateRun(),
            CreateModel(),
            CreateTrace(),
            CreateContent("dataset", isDataset: true),
            CreateContent("file", isDataset: false),
            CreateEnvelope(),
            new VerifyBundleCommand(host).Create(),
            new VerifyReceiptCommand(host).Create(),
        };

    private HallmarkCommand CreateRun()
    {
        var run = new Argument<string>("run-id") { Description = "The run's id." };
        var command = new HallmarkCommand(
            "run",
            "Verify a training run: proof, record, live values, files, lineage.",
            "hallmark verify run 447f52513232412e908f0171480fb796"
        )
        {
            run,
            _signer,
        };
        _witnesses.AddTo(command);
        command.SetAction(
            (result, token) =>
                VerifyAsync(
                    result,
                    (session, scope) => new RunVerifier(scope).VerifyAsync(result.GetRequiredValue(run), token),
                    $"hallmark anchor run {result.GetRequiredValue(run)}"
                )
        );
        return command;
    }

    private HallmarkCommand CreateModel()
    {
        var model = new Argument<string>("name/version") { Description = "The model version." };
        var command = new HallmarkCommand(
            "model",
            "Verify a model version: registration, registry, files, and the training behind it.",
            "hallmark verify model credit-scorer/3"
        )
        {
            model,
            _signer,
        };
        _witnesses.AddTo(command);
        command.SetAction(
            (result, token) =>
            {
                var (name, version) = ModelName.SplitWhole(result.GetRequiredValue(model));
                return VerifyAsync(
                    result,
                    (_, scope) => new ModelVersionVerifier(scope).VerifyAsync(name, version, token),
                    $"hallmark register {name}/{version}"
                );
            }
        );
        return command;
    }

    private HallmarkCommand CreateTrace()
    {
        var trace = new Argument<string>("trace-id") { Description = "The trace's id." };
        var decision = new Option<string?>("--decision")
        {
            Description = "The prediction's decision id, where the trace was deleted or pruned and cannot name it any more.",
            HelpName = "id",
        };
        var command = new HallmarkCommand(
            "trace",
            "Verify the prediction of a trace: proof, record, and what the trace says of it now.",
            "hallmark verify trace tr-87cf50d0b3055a76c45d07666d37fd8b"
        )
        {
            trace,
            decision,
            _signer,
        };
        _witnesses.AddTo(command);
        command.SetAction(
            (result, token) =>
                VerifyAsync(
                    result,
                    (_, scope) => new TraceVerifier(scope).VerifyAsync(result.GetRequiredValue(trace), result.GetValue(decision), token),
                    "hallmark serve"
                )
        );
        return command;
    }

    private HallmarkCommand CreateContent(string kind, bool isDataset)
    {
        var name = new Argument<string>(isDataset ? "name" : "path")
        {
            Description = isDataset ? "The name it was recorded under; or, where no path follows, its path." : "The file.",
        };
        var path = new Argument<string?>("path") { Description = "The file or folder now.", Arity = ArgumentArity.ZeroOrOne };
        var recordedAs = new Option<string?>("--name")
        {
            Description = "The name it was recorded under, if not the file's own.",
            HelpName = "name",
        };
        var command = isDataset
            ? new HallmarkCommand(
                "dataset",
                "Verify a dataset's content against what was recorded of it.",
                "hallmark verify dataset credit-train ./data/train"
            )
            {
                name,
                path,
                _signer,
            }
            : new HallmarkCommand("file", "Verify a file's content against what was recorded of it.", "hallmark verify file ./report.pdf")
            {
                name,
                recordedAs,
                _signer,
            };
        _witnesses.AddTo(command);
        command.SetAction(
            async (result, token) =>
            {
                var first = result.GetRequiredValue(name);
                var place = isDataset ? result.GetValue(path) ?? first : first;
                var recorded = isDataset
                    ? result.GetValue(path) is null
                        ? null
                        : first
                    : result.GetValue(recordedAs);
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var judge = SignerOption.Read(session, result.GetValue(_signer));
                    using var progress = new HashingLine(host);
                    var verdict = await new DatasetVerifier(LedgerCommand.RequireLedger(session), judge, WitnessesOf(result, session))
                        .VerifyContentAsync(place, recorded, isDataset, progress, token)
                        .ConfigureAwait(false);
                    return Write(result, session, verdict, $"hallmark anchor {kind} {place}");
                }
            }
        );
        return command;
    }

    private HallmarkCommand CreateEnvelope()
    {
        var file = new Argument<FileInfo>("file") { Description = "The envelope: ario/proof.json, or one of another tool." };
        var record = new Option<FileInfo?>("--record") { Description = "The record it commits to: ario/payload.json.", HelpName = "file" };
        var command = new HallmarkCommand(
            "envelope",
            "Verify an envelope in a file, with its record where it is at hand. Needs no store and no ledger.",
            "hallmark verify envelope proof.json --record payload.json"
        )
        {
            file,
            record,
            _signer,
        };
        _witnesses.AddTo(command);
        command.SetAction(
            async (result, token) =>
            {
                var session = host.OpenSession(result);
                await using (session.ConfigureAwait(false))
                {
                    var judge = SignerOption.Read(session, result.GetValue(_signer));
                    var envelope = OpenFile(result.GetRequiredValue(file));
                    await using (envelope.ConfigureAwait(false))
                    {
                        var recordStream = result.GetValue(record) is { } named ? OpenFile(named) : null;
                        try
                        {
                            var verdict = await new EnvelopeFileVerifier(session.FindLedger(), judge, WitnessesOf(result, session))
                                .VerifyAsync(envelope, recordStream, token)
                                .ConfigureAwait(false);
                            return verdict.Checks is [{ Name: FormCheck.Name }]
                                ? VerdictAnswer.Write(host, result, verdict, result.GetRequiredValue(file))
                                : Write(result, session, verdict, "hallmark verify envelope --record FILE");
                        }
                        finally
                        {
                            if (recordStream is not null)
                            {
                                await recordStream.DisposeAsync().ConfigureAwait(false);
                            }
                        }
                    }
                }
            }
        );
        return command;
    }

    /// <summary>What a verification of this command may look at.</summary>
    internal static VerificationScope ScopeOf(Session session, string? signer, HashingLine progress, IWitnessSource witnesses) =>
        new()
        {
            Store = session.OpenStore(),
            Log = session.FindLedger(),
            Judge = SignerOption.Read(session, signer),
            Witnesses = witnesses,
            Hashing = new ArtifactHashing(progress, session.OpenCache()),
        };

    private async Task<int> VerifyAsync(ParseResult result, Func<Session, VerificationScope, Task<Verdict>> verify, string anchorCommand)
    {
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            using var progress = new HashingLine(host);
            return Write(
                result,
                session,
                await verify(session, ScopeOf(session, result.GetValue(_signer), progress, WitnessesOf(result, session)))
                    .ConfigureAwait(false),
                anchorCommand
            );
        }
    }

    private WitnessSearch WitnessesOf(ParseResult result, Session session) => _witnesses.Search(result, session);

    private int Write(ParseResult result, Session session, Verdict verdict, string anchorCommand)
    {
        if (CommandHost.WantsJson(result))
        {
            host.WriteJson(VerdictJson.Write(verdict));
            return verdict.ExitCode;
        }

        VerdictText.Write(host.Terminal, verdict, result.GetValue(GlobalOptions.Full), host.Time);
        if (verdict.Checks is [{ Name: CheckNames.ProofFound, Outcome: CheckOutcome.Failed, Reason: "not_anchored" }])
        {
            host.Terminal.Error.WriteLine($"hint: record it first: {PlainText.Of(anchorCommand)}");
            if (!session.HasLedger)
            {
                host.Terminal.Error.WriteLine(
                    $"hint: there is no ledger in {session.Home.Path}; name the home it was recorded in with --home"
                );
            }
        }
        else if (verdict.Status is VerdictStatus.Failed)
        {
            host.Terminal.Error.WriteLine(
                "hint: something was changed after it was recorded: treat it as an incident; the ledger's entry is evidence of the original (hallmark ledger proof)"
            );
        }
        else if (verdict.Status is VerdictStatus.Incomplete)
        {
            host.Terminal.Error.WriteLine("hint: nothing was decided; bring back what was out of reach and ask again");
        }

        return verdict.ExitCode;
    }

    private static FileStream OpenFile(FileInfo file) =>
        file.Exists
            ? new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 16_384, FileOptions.Asynchronous)
            : throw new BadInputException(
                $"there is no file {file}",
                "download it from the run's artifacts: ario/proof.json and ario/payload.json"
            );
}
