using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Formats;

/// <summary>docs/verify-by-hand.md: its commands are run as they stand there, over the events of testdata/hallmark.</summary>
public sealed partial class VerifyByHandPageTests
{
    private static readonly JsonNode Vectors = JsonNode.Parse(File.ReadAllBytes(ProjectFiles.TestData("hallmark/hallmark-v1.json")))!;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [PeerFact("jq", "xxd", "openssl", "bash")]
    public async Task Every_event_can_be_checked_with_standard_tools_alone()
    {
        foreach (var entry in Vectors["cases"]!.AsArray())
        {
            using var folder = new TemporaryFolder();
            var (record, envelope) = await WriteAsync(folder, entry!);

            var hashes = (await RunAsync(folder, "record")).Output.Split('\n');
            Assert.Equal(envelope["payload_hash"]!.ToString(), hashes[0]);
            Assert.Equal(hashes[0], hashes[1]);
            Assert.Equal("Signature Verified Successfully\n", (await RunAsync(folder, "signature")).Output);
            Assert.Equal((string)Vectors["public_key"]! + "\n", (await RunAsync(folder, "key")).Output);

            _ = await RunAsync(folder, "entry");
            Assert.Equal((string)entry!["expect"]!["envelope"]!, await File.ReadAllTextAsync(folder.File("entry.bin")));

            var links = (await RunAsync(folder, "previous")).Output;
            foreach (
                var link in (record["hallmark"]?["datasets"]?.AsArray() ?? []).Append(record["hallmark"]?["previous"]).OfType<JsonNode>()
            )
            {
                Assert.Contains($"{link["event_id"]} {link["payload_hash"]}\n", links, StringComparison.Ordinal);
            }
        }
    }

    [PeerFact("jq", "xxd", "openssl", "bash")]
    public async Task A_changed_record_envelope_or_file_does_not_come_through()
    {
        using var folder = new TemporaryFolder();
        var (_, envelope) = await WriteAsync(folder, Vectors["cases"]!.AsArray().Single(entry => (string)entry!["id"]! == "training")!);
        await File.WriteAllTextAsync(folder.File("model/MLmodel"), "flavors: {}\n");
        await File.WriteAllTextAsync(folder.File("model/weights.bin"), "weights of the first run");
        Assert.Equal("MLmodel: OK\nweights.bin: OK\n2\n2\n", (await RunAsync(folder, "files")).Output);
        Assert.Equal(
            "training_complete\n0af7651916cd43dd8448eb211c80319c\ntraining_complete\n0af7651916cd43dd8448eb211c80319c\n",
            (await RunAsync(folder, "subject")).Output
        );

        await File.WriteAllTextAsync(folder.File("model/extra.py"), "");
        Assert.EndsWith("\n2\n3\n", (await RunAsync(folder, "files")).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("model/weights.bin"), "weights of the First run");
        var changed = await RunAsync(folder, "files");
        Assert.Contains("weights.bin: FAILED", changed.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, changed.ExitCode);

        await File.AppendAllTextAsync(folder.File("payload.json"), "\n");
        var hashes = (await RunAsync(folder, "record")).Output.Split('\n');
        Assert.NotEqual(hashes[0], hashes[1]);

        envelope["subject"]!["run_id"] = "b7ad6b7169203331aa17eb211c80319c";
        await File.WriteAllTextAsync(folder.File("proof.json"), envelope.ToJsonString(Indented));
        var forged = await RunAsync(folder, "signature");
        Assert.NotEqual(0, forged.ExitCode);
        Assert.DoesNotContain("Successfully", forged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_the_script_that_is_tested()
    {
        var script = File.ReadAllText(Path.Combine(ProjectFiles.Root, "tools/verify-tlog-proof.mjs"));
        Assert.Contains("```js\n" + script + "```\n", Page(), StringComparison.Ordinal);
    }

    private static string Page() => File.ReadAllText(Path.Combine(ProjectFiles.Root, "docs/verify-by-hand.md"));

    private static async Task<(JsonNode Record, JsonNode Envelope)> WriteAsync(TemporaryFolder folder, JsonNode entry)
    {
        var record = (string)entry["expect"]!["payload_canonical"]!;
        var envelope = JsonNode.Parse((string)entry["expect"]!["envelope"]!)!;
        await File.WriteAllTextAsync(folder.File("payload.json"), record);
        await File.WriteAllTextAsync(folder.File("proof.json"), envelope.ToJsonString(Indented));
        return (JsonNode.Parse(record)!, envelope);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(TemporaryFolder folder, string step)
    {
        var commands = Step().Matches(Page()).Single(match => match.Groups["step"].Value == step).Groups["commands"].Value;
        var start = new ProcessStartInfo("bash")
        {
            UseShellExecute = false,
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            ArgumentList = { "-euo", "pipefail", "-c", commands },
        };
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        _ = await errors;
        return (bash.ExitCode, output);
    }

    [GeneratedRegex(
        "```sh (?<step>[a-z]+)\n(?<commands>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000
    )]
    private static partial Regex Step();
}
