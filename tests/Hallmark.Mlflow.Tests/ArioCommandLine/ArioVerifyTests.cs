using System.Text.Json.Nodes;
using Hallmark.Mlflow.ArioCommandLine;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>Verifications beyond the vectors: what is missing, what does not answer, tags of former versions.</summary>
public sealed class ArioVerifyTests
{
    [Theory]
    [InlineData("verify", "run", "nobody")]
    [InlineData("verify", "model", "nobody/1")]
    [InlineData("verify", "model", "credit-scorer/99")]
    [InlineData("audit", "nobody/1")]
    public async Task What_is_not_in_the_store_is_bad_input_that_names_it(params string[] arguments)
    {
        var failure = await Assert.ThrowsAsync<MlflowNotFoundException>(() => new ArioScene("verify-run/attested").RunAsync(arguments));
        Assert.Contains(arguments[^1].Split('/')[0], failure.Message);
    }

    [Fact]
    public async Task A_trace_that_cannot_be_loaded_is_said_in_the_original_s_words()
    {
        var scene = new ArioScene("verify-trace/attested");
        scene.Store.Outage = true;
        var result = await scene.RunAsync("verify", "trace", "tr-1");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Could not load trace tr-1: ", result.Output);
    }

    [Fact]
    public async Task A_run_in_a_store_that_does_not_answer_cannot_be_told()
    {
        var scene = new ArioScene("verify-run/attested");
        scene.Store.Outage = true;
        Assert.Equal(3, (await Assert.ThrowsAsync<MlflowUnavailableException>(() => scene.RunAsync(scene.Arguments))).ExitCode);
    }

    [Fact]
    public async Task An_empty_transaction_tag_is_none()
    {
        var scene = new ArioScene("verify-run/attested");
        scene.SetRunTag(ArioTags.TrainingTx, "");
        var result = await scene.RunAsync(scene.Arguments);
        Assert.Equal((1, $"Run {scene.RunId}: no ario.training_tx tag found. Not anchored.\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task A_trace_tagged_by_a_former_version_is_found_by_the_tag_s_old_name()
    {
        var scene = new ArioScene("verify-trace/attested");
        var trace = scene.Store.Traces["tr-1"];
        var tags = trace
            .Tags.Where(tag => tag.Key != ArioTags.PredictionTx)
            .Append(new("ario.arweave_tx", trace.Tags[ArioTags.PredictionTx]));
        scene.Store.Traces["tr-1"] = trace with { Tags = tags.ToDictionary() };
        Assert.Equal((string)scene.Vector["expect"]!["stdout"]!, (await scene.RunAsync(scene.Arguments)).Output);
    }

    [Fact]
    public async Task An_envelope_that_is_no_object_fails_its_signature_and_does_not_throw()
    {
        var scene = new ArioScene("verify-run/attested");
        scene.SetRunTag(ArioTags.TrainingTx, "t");
        foreach (var envelope in new JsonNode[] { new JsonArray(), JsonValue.Create(1), JsonValue.Create("x") })
        {
            var sources = new ScriptedSources(new JsonObject { ["t"] = envelope }, null);
            var result = await new ArioCommand(scene.Store, sources, sources, new FixedClock(), new ArioCommandOptions()).RunAsync(
                scene.Arguments,
                CancellationToken.None
            );
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("Signature Confirmed          ✗ envelope_not_a_json_object\n", result.Output);
        }
    }

    [Fact]
    public async Task A_flipped_digit_in_any_signature_fails_every_command()
    {
        foreach (
            var id in new[]
            {
                "verify-run/attested",
                "verify-model/attested",
                "verify-trace/attested",
                "audit-text/attested",
                "audit-json/attested",
            }
        )
        {
            var scene = new ArioScene(id);
            foreach (var (_, envelope) in scene.Vector["ledger"]!.AsObject())
            {
                var signature = (string)envelope!["signature"]!;
                envelope["signature"] = (signature[0] == '0' ? '1' : '0') + signature[1..];
            }

            Assert.Equal(1, (await scene.RunAsync(scene.Arguments)).ExitCode);
        }
    }

    [Fact]
    public async Task Ids_with_control_characters_are_shown_escaped()
    {
        var result = await new ArioScene("verify-trace/attested").RunAsync("verify", "trace", "a\u001b[31m\nb");
        Assert.Equal("Trace a\\u001b[31m\\u000ab not found.\n", result.Output);
    }

    [Fact]
    public async Task A_tag_that_the_store_refuses_is_not_passed_over()
    {
        var scene = new ArioScene("verify-run/attested");
        var result = await scene.RunAsync(scene.Arguments);
        scene.Store.Outage = true;
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => result.ApplyAsync(scene.Store, CancellationToken.None));
    }
}
