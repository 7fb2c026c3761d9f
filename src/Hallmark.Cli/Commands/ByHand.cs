using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Hallmark.Mlflow.Events;
using Hallmark.Reports.Model;

namespace Hallmark.Cli.Commands;

/// <summary>How to check a proof with standard tools only: <c>sha256sum</c>, <c>jq</c>, <c>openssl</c>.</summary>
internal static partial class ByHand
{
    // jq -S sorts by code point and writes strings as RFC 8785 does; an envelope holds only strings and objects of them.
    private const string Signature = """
        jq -cSj 'del(.signature, .co_signatures)' proof.json > signed.bin
        jq -r .signature proof.json | xxd -r -p > signature.bin
        { printf 302a300506032b6570032100; jq -r .public_key proof.json; } | xxd -r -p | openssl pkey -pubin -inform DER -out key.pem
        openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed.bin -sigfile signature.bin
        """;

    private const string Files = """
        jq -r '.artifact_checksums | to_entries[] | "\(.value)  \(.key)"' payload.json > sums.txt
        cd the-model-folder && sha256sum --check ../sums.txt
        """;

    /// <summary>The commands for an audit's page.</summary>
    public static ImmutableArray<ReportCommand> ForAudit(string subject, string? runId) =>
        [
            new ReportCommand("With Hallmark", $"hallmark audit \"{subject}\"\nhallmark ledger verify"),
            new ReportCommand(
                "The files of the proof, in the run's artifacts",
                $"ls ario/   # of run {runId ?? "RUN"}: payload.json proof.json registration_payload.json registration_proof.json"
            ),
            new ReportCommand(
                "Each record is the one that was signed for: both lines must be equal",
                "sha256sum < ario/payload.json | cut -c1-64\njq -r .payload_hash ario/proof.json"
            ),
            new ReportCommand(
                "Each signature is the key's: must say \"Signature Verified Successfully\"",
                Signature.Replace("proof.json", "ario/proof.json", StringComparison.Ordinal)
            ),
            new ReportCommand(
                "The model's files are those of the training's record",
                Files.Replace("payload.json", "ario/payload.json", StringComparison.Ordinal)
            ),
        ];

    /// <summary>The commands for an event's page.</summary>
    /// <param name="eventType">Which event.</param>
    /// <param name="verifyCommand">How Hallmark checks it.</param>
    /// <param name="runId">The run whose artifacts its files lie among, as the record says; or null.</param>
    /// <param name="uploaded">The address at a gateway that its envelope was uploaded to, or null.</param>
    public static ImmutableArray<ReportCommand> For(string eventType, string verifyCommand, string? runId, string? uploaded = null)
    {
        // Somebody will paste it into a shell: only what can be nothing but an id is put there.
        var run = runId is not null && Id().IsMatch(runId) ? runId : "RUN";
        var (payload, proof) = eventType switch
        {
            EventTypes.Registration => ("registration_payload.json", "registration_proof.json"),
            _ => ("payload.json", "proof.json"),
        };
        var commands = ImmutableArray.CreateBuilder<ReportCommand>();
        commands.Add(new ReportCommand("With Hallmark", verifyCommand));
        commands.Add(
            new ReportCommand(
                "The record is the one that was signed for: both lines must be equal",
                $"sha256sum < {payload} | cut -c1-64\njq -r .payload_hash {proof}"
            )
        );
        commands.Add(
            new ReportCommand(
                "The signature is the key's: must say \"Signature Verified Successfully\"",
                Signature.Replace("proof.json", proof, StringComparison.Ordinal)
            )
        );
        if (eventType == EventTypes.Training)
        {
            commands.Add(new ReportCommand("The model's files are those of the record", Files));
        }

        if (uploaded is not null)
        {
            commands.Add(
                new ReportCommand(
                    "The same envelope at Arweave: says nothing where it is",
                    $"curl -fsSL {uploaded} | jq -cSj . | cmp - <(jq -cSj . {proof})"
                )
            );
        }

        commands.Add(
            new ReportCommand(
                "From an MLflow server, the files that this page speaks of",
                string.Join('\n', new[] { payload, proof }.Select(file => Download(run, file)))
            )
        );
        return commands.DrainToImmutable();
    }

    private static string Download(string run, string file) =>
        $"curl -fsS \"$MLFLOW_TRACKING_URI/get-artifact?run_uuid={run}&path=ario/{file}\" -o {file}";

    [GeneratedRegex(@"\A[0-9A-Za-z-]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Id();
}
