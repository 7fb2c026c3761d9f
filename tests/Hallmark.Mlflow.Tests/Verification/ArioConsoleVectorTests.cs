using System.Text.Json.Nodes;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>What the original's command line prints: cli-commands.json and cli-rows.json.</summary>
public sealed class ArioConsoleVectorTests
{
    private static readonly JsonNode File = Vectors.Load("cli-commands");

    public static TheoryData<string> Commands => Vectors.Ids("cli-commands");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_prints_what_the_original_prints(string id)
    {
        var vector = Vectors.Case(File, id);
        var expect = vector["expect"]!;
        var clock = new ScriptedClock();
        clock.Expect("", "2026-03-02T00:00:00+00:00");
        var answer = vector["ario_verify_result"] is { } result ? new AttestationAnswer(true, result.DeepClone() as JsonObject)
            : id.EndsWith("/no-result", StringComparison.Ordinal) ? new AttestationAnswer(true, null)
            : new AttestationAnswer(false, null);
        var console = new ArioConsole(ScriptedState.Build(vector["state"]), transaction => vector["ledger"]![transaction], _ => answer, clock);
        var arguments = vector["argv"]!.AsArray().Select(argument => (string)argument!).ToList();

        var actual = await RunAsync(console, arguments);

        Assert.Equal((string)expect["stdout"]!, actual.Text);
        Assert.Equal((int)expect["exit_code"]!, actual.ExitCode);
        var tags = expect["tags_written"]!.AsObject().Select(target => target.Value).SingleOrDefault();
        Assert.Equal(ScriptedState.Texts(tags), actual.Tags);
    }

    [Fact]
    public void The_panel_comes_out_row_for_row()
    {
        foreach (var row in Vectors.Cases("cli-rows"))
        {
            var result = new ArioResult
            {
                Signature = Check(row["signature"]!),
                AnchoredBytes = Check(row["anchored_bytes"]!),
                SourceOfTruth = Check(row["source_of_truth"]!),
                Attestation = Check(row["ario_attestation"]!),
                Overall = null,
            };
            Assert.Equal((string)row["expect_stdout"]!, ArioPanel.Write(result, (string)row["record_label"]!));
            Assert.True(JsonNode.DeepEquals(row["expect_record_row"], ArioPanel.RecordRow(result.AnchoredBytes, result.SourceOfTruth).ToJson()), (string?)row["id"]);
        }
    }

    private static async Task<ArioConsoleAnswer> RunAsync(ArioConsole console, List<string> arguments)
    {
        var (name, version) = ArioConsole.SplitModel(arguments[^1].StartsWith('-') ? arguments[1] : arguments[^1]);
        if (arguments[0] == "audit")
        {
            (name, version) = ArioConsole.SplitModel(arguments[1]);
            var (bundle, text) = await console.AuditAsync(name, version, "./mlruns", CancellationToken.None);
            return arguments.Contains("--format=json") ? text with { Text = bundle.ToJson() + "\n" } : text;
        }

        return arguments[1] switch
        {
            "run" => await console.VerifyRunAsync(arguments[2], CancellationToken.None),
            "model" => await console.VerifyModelAsync(name, version, CancellationToken.None),
            _ => await console.VerifyTraceAsync(arguments[2], CancellationToken.None),
        };
    }

    private static ArioCheck Check(JsonNode check)
    {
        var details = check.DeepClone().AsObject();
        details.Remove("ok");
        details.Remove("reason");
        return new ArioCheck((bool?)check["ok"], (string?)check["reason"]) { Details = details };
    }
}
