using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.ArioCommandLine;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>Audits beyond the vectors: the bundle's form, files, stages that cannot be fetched, versions without a run.</summary>
public sealed class ArioAuditTests
{
    private static readonly string[] Json = ["audit", "credit-scorer/1", "--format=json"];

    [Fact]
    public async Task The_bundle_goes_to_the_file_that_was_asked_for_and_the_summary_to_the_output()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "audit.json");
        foreach (var (id, word, code) in new[] { ("audit-json/full", "True", 0), ("audit-json/param-tampered", "False", 1) })
        {
            var scene = new ArioScene(id);
            var result = await scene.RunAsync([.. scene.Arguments, "--output", path]);
            await result.ApplyAsync(scene.Store, CancellationToken.None);

            Assert.Equal((code, $"audit bundle written to {path} (3 stages, overall_ok={word})\n"), (result.ExitCode, result.Output));
            Assert.Equal(Encoding.UTF8.GetBytes((string)scene.Vector["expect"]!["stdout"]!), await File.ReadAllBytesAsync(path));
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_bad_input_with_a_hint_and_writes_no_tag()
    {
        using var folder = new TemporaryFolder();
        var scene = new ArioScene("audit-json/full");
        foreach (var path in new[] { folder.Path, Path.Combine(folder.Path, "missing", "a.json"), "a\0b" })
        {
            var result = await scene.RunAsync([.. Json, "--output=" + path]);
            var failure = await Assert.ThrowsAsync<BadInputException>(() => result.ApplyAsync(scene.Store, CancellationToken.None));
            Assert.NotEmpty(failure.Hints);
            Assert.DoesNotContain('\0', failure.Message.Split(':')[0]);
        }

        Assert.Empty(scene.Store.Writes);
    }

    [Fact]
    public async Task A_file_for_the_text_is_not_written_and_that_is_said()
    {
        var scene = new ArioScene("audit-text/attested");
        var result = await scene.RunAsync([.. scene.Arguments, "--output", "x"]);
        Assert.Equal((string)scene.Vector["expect"]!["stdout"]!, result.Output);
        Assert.Null(result.File);
        Assert.Contains("nothing was written", result.ErrorOutput);
    }

    [Theory]
    [InlineData("2026-03-02T01:02:03.0000000+00:00", "2026-03-02T01:02:03.000000Z")]
    [InlineData("2026-03-02T01:02:03.1234569+00:00", "2026-03-02T01:02:03.123456Z")]
    [InlineData("2026-03-02T01:02:03.9999999+02:00", "2026-03-01T23:02:03.999999Z")]
    public async Task The_time_has_always_six_digits_is_in_UTC_and_never_in_the_future(string now, string expected)
    {
        var scene = new ArioScene("audit-json/unanchored")
        {
            Time = new FixedClock(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)),
        };
        Assert.Equal(expected, (string?)JsonNode.Parse((await scene.RunAsync(Json)).Output)!["generated_at"]);
    }

    [Theory]
    [InlineData(null, "./mlruns")]
    [InlineData("", "./mlruns")]
    [InlineData("https://mlflow.example:5000/x", "https://mlflow.example:5000/x")]
    [InlineData("https://ann:secret@mlflow.example", "https://mlflow.example")]
    public async Task The_tracking_uri_is_quoted_without_its_secrets(string? variable, string expected)
    {
        var scene = new ArioScene("audit-json/unanchored") { Options = new ArioCommandOptions { TrackingUri = variable } };
        Assert.Equal(expected, (string?)JsonNode.Parse((await scene.RunAsync(Json)).Output)!["tracking_uri"]);
    }

    [Fact]
    public async Task Everything_outside_printable_ASCII_is_escaped_as_the_original_escapes_it()
    {
        var scene = new ArioScene("audit-json/unanchored");
        scene.SetRunTag(ArioTags.ArtifactHash, "é\u007f😀\"\\\n/<");

        var text = (await scene.RunAsync(Json)).Output;

        Assert.Contains("  \"artifact_hash\": \"\\u00e9\\u007f\\ud83d\\ude00\\\"\\\\\\n/<\",\n", text);
        Assert.All(text, unit => Assert.True(unit is '\n' or (>= ' ' and <= '~')));
    }

    [Fact]
    public async Task A_hash_tag_is_shown_by_its_first_24_characters_and_draws_nothing()
    {
        var scene = new ArioScene("audit-text/unanchored");
        foreach (
            var (tag, shown) in new[]
            {
                ("ab", "ab..."),
                (string.Concat(Enumerable.Repeat("😀", 30)), string.Concat(Enumerable.Repeat("😀", 24)) + "..."),
                ("a\u001b[2Jb", "a\\u001b[2Jb..."),
            }
        )
        {
            scene.SetRunTag(ArioTags.ArtifactHash, tag);
            Assert.Contains($"\n  Anchored hash: {shown}\n", (await scene.RunAsync(scene.Arguments)).Output);
        }
    }

    [Fact]
    public async Task A_stage_whose_envelope_cannot_be_had_is_named_and_fails_the_audit()
    {
        var scene = new ArioScene("audit-json/training-not-retrievable");
        var result = await scene.RunAsync("audit", "credit-scorer/1");

        Assert.Equal(1, result.ExitCode);
        var transaction = scene.Store.Runs[scene.RunId].Tags[ArioTags.TrainingTx];
        Assert.Contains(
            $"\nTraining (run {scene.RunId}):\n  Could not fetch envelope from ar.io for TX {transaction}.\n\nRegistration (v1):\n  Proof Found",
            result.Output
        );
        Assert.EndsWith("Overall: ✗ Issues found\n", result.Output);
    }

    [Fact]
    public async Task A_version_without_a_run_has_an_unknown_run_and_no_training()
    {
        var scene = new ArioScene("audit-text/attested");
        scene.Store.Replace(scene.Store.Versions[0] with { RunId = null });

        Assert.Contains("\nTraining (run unknown):\n  Not anchored.\n", (await scene.RunAsync("audit", "credit-scorer/1")).Output);
        var bundle = JsonNode.Parse((await scene.RunAsync(Json)).Output)!;
        Assert.Null(bundle["run_id"]);
        Assert.True(bundle.AsObject().ContainsKey("run_id"));
        Assert.False((bool)bundle["overall_ok"]!); // the registration's record cannot be found without the run
    }

    [Fact]
    public async Task Without_a_record_check_3_takes_over_the_reason_of_check_2()
    {
        var scene = new ArioScene("audit-json/full");
        scene.Store.ArtifactsOf(scene.RunId).Files.Remove(ArioPaths.TrainingPayload);

        var checks = JsonNode.Parse((await scene.RunAsync(Json)).Output)!["stages"]![0]!["checks"]!;

        Assert.StartsWith("download_failed", (string?)checks["anchored_bytes"]!["reason"]);
        Assert.Equal((string?)checks["anchored_bytes"]!["reason"], (string?)checks["source_of_truth"]!["reason"]);
        Assert.Null(checks["source_of_truth"]!["ok"]);
    }

    [Fact]
    public async Task A_minimum_level_of_3_turns_a_level_of_2_into_pending()
    {
        var answer = new AttestationAnswer(true, new JsonObject { ["attestation_level"] = 2 });
        var scene = new ArioScene("audit-text/attested")
        {
            Answer = answer,
            Options = new ArioCommandOptions { MinimumLevel = 3 },
        };
        var strict = await scene.RunAsync("audit", "credit-scorer/1");
        Assert.Equal((1, 3), (strict.ExitCode, strict.Output.Split("? Pending verification (by unknown)").Length - 1));

        var usual = await new ArioScene("audit-text/attested") { Answer = answer }.RunAsync("audit", "credit-scorer/1");
        Assert.Equal((0, 3), (usual.ExitCode, usual.Output.Split("✓ Verified by unknown").Length - 1));
    }

    [Fact]
    public async Task Attestations_are_asked_for_only_where_there_is_an_envelope()
    {
        var scene = new ArioScene("audit-json/training-not-retrievable");
        await scene.RunAsync(Json);
        Assert.Equal(3, scene.Sources.Asked.Count);
        Assert.Equal(scene.Sources.Asked.Skip(1), scene.Sources.AskedToAttest);
    }

    [Fact]
    public async Task A_run_that_is_gone_is_never_taken_for_one_that_was_not_anchored()
    {
        var scene = new ArioScene("audit-json/full");
        scene.Store.Runs.Clear();
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => scene.RunAsync(Json));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_gives_no_bundle()
    {
        var scene = new ArioScene("audit-json/full");
        scene.Store.Outage = true;
        await Assert.ThrowsAsync<MlflowUnavailableException>(() => scene.RunAsync(Json));
    }
}
