using System.CommandLine;
using System.Text;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Files;
using Hallmark.Mlflow.Verification;
using Hallmark.Reports;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark audit</c>: the whole life of a model version, as text, JSON or a page.</summary>
internal sealed class AuditCommand(CommandHost host)
{
    private readonly Argument<string> _model = new("name/version") { Description = "The model version." };
    private readonly Option<string> _format = new("--format")
    {
        Description = "text, json (ario.mlflow.audit/v1) or html.",
        DefaultValueFactory = _ => "text",
    };
    private readonly Option<FileInfo?> _output = new("--output")
    {
        Description = "The file to write; standard output if left out.",
        HelpName = "file",
    };
    private readonly Option<string?> _signer = SignerOption.Create();
    private readonly WitnessOptions _witnesses = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        _format.AcceptOnlyFromAmong("text", "json", "html");
        var command = new HallmarkCommand(
            "audit",
            "Audit a model version: training, registration, promotions, and every link between them.",
            "hallmark audit credit-scorer/3 --format html --output audit.html"
        )
        {
            _model,
            _format,
            _output,
            _signer,
        };
        _witnesses.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var (name, version) = ModelName.SplitWhole(result.GetRequiredValue(_model));
        var format = CommandHost.WantsJson(result) ? "json" : result.GetValue(_format);
        var session = host.OpenSession(result);
        await using (session.ConfigureAwait(false))
        {
            using var progress = new HashingLine(host);
            var scope = VerifyCommand.ScopeOf(session, result.GetValue(_signer), progress, _witnesses.Search(result, session));
            var audit = await new ModelAuditor(scope, host.Time).AuditAsync(name, version, token).ConfigureAwait(false);
            var output = result.GetValue(_output);
            switch (format)
            {
                case "json":
                    await WriteAsync(audit.Bundle.ToJson() + "\n", output, audit, token).ConfigureAwait(false);
                    break;
                case "html":
                    var run = audit.Bundle.RunId is { } runId ? await scope.Store.FindRunAsync(runId, token).ConfigureAwait(false) : null;
                    var page = AuditPage.Of(audit, host.Time, [.. (run?.DatasetInputs ?? []).Select(input => input.Name)]);
                    await WriteAsync(await ProofReportRenderer.RenderAsync(page).ConfigureAwait(false) + "\n", output, audit, token)
                        .ConfigureAwait(false);
                    break;
                case var _ when output is null:
                    AuditText.Write(host.Terminal, audit, result.GetValue(GlobalOptions.Full), host.Time);
                    break;
                default:
                    await WriteAsync(AsText(audit), output, audit, token).ConfigureAwait(false);
                    break;
            }

            if (audit.Status is VerdictStatus.Incomplete)
            {
                host.Terminal.Error.WriteLine("hint: nothing was decided; bring back what was out of reach and ask again");
            }

            return audit.ExitCode;
        }
    }

    private string AsText(ModelAudit audit)
    {
        using var text = new StringWriter();
        AuditText.Write(
            new Terminal(
                text,
                TextWriter.Null,
                isOutputTerminal: false,
                isErrorTerminal: false,
                new Dictionary<string, string>(StringComparer.Ordinal)
            ),
            audit,
            isFull: true,
            host.Time
        );
        return text.ToString();
    }

    private async Task WriteAsync(string text, FileInfo? output, ModelAudit audit, CancellationToken token)
    {
        if (output is null)
        {
            await host.Terminal.Out.WriteAsync(text.AsMemory(), token).ConfigureAwait(false);
            return;
        }

        try
        {
            ReplacedFile.Write(output.FullName, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"cannot write {output}: {fault.Message}", fault, "name another file with --output");
        }

        var word = audit.Status switch
        {
            VerdictStatus.Verified => host.Terminal.Good("VERIFIED"),
            VerdictStatus.Failed => host.Terminal.Bad("FAILED"),
            _ => host.Terminal.Undecided("INCOMPLETE"),
        };
        host.Terminal.Out.WriteLine(
            $"{PlainText.Of($"{audit.Bundle.Model}/{audit.Bundle.Version}")}  {word}, audit written to {output.FullName}"
        );
    }
}
