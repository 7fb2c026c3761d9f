using System.Diagnostics;
using System.Text.Json;
using Hallmark.Core.Anchoring;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>What a bundler gets from the anchor, judged by the reference library.</summary>
public sealed class UploadedItemTests
{
    [PeerFact("tools/peers/arbundles/node_modules/@dha-team/arbundles/package.json", "node")]
    public async Task What_the_bundler_was_sent_verifies_in_the_reference_library_with_the_same_id_data_and_tags()
    {
        await using var world = await ArweaveWorld.StartAsync();
        using var folder = new TemporaryFolder();
        var receipts = new List<AnchorReceipt>();
        foreach (var type in TestWallets.Types)
        {
            receipts.Add(await world.SubmitAsync(world.Anchor(openWallet: () => TestWallets.Of(type)), ArweaveWorld.Direct((int)type)));
        }

        receipts.Add(await world.SubmitAsync(world.Anchor(AnchorTarget.Checkpoint), ArweaveWorld.Checkpoint(7)));
        var files = new List<string>();
        foreach (var receipt in receipts)
        {
            files.Add(Path.Combine(folder.Path, receipt.Reference!));
            await File.WriteAllBytesAsync(files[^1], world.Bundler.Items[receipt.Reference!]);
        }

        var verdicts = await JudgeAsync(files);
        Assert.Equal(receipts.Count, verdicts.Count);
        foreach (var (receipt, verdict) in receipts.Zip(verdicts))
        {
            var item = ArweaveWorld.Proof(receipt).Item;
            Assert.Equal(receipt.Reference, verdict.Text("id"));
            Assert.True(verdict.GetProperty("verified").GetBoolean());
            Assert.Equal(item.Data.ToArray(), verdict.Base64("data"));
            Assert.Equal(item.Tags, verdict.Tags());
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> JudgeAsync(IEnumerable<string> files)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(ProjectFiles.Root, "tools/peers/arbundles/judge-items.cjs"));
        foreach (var file in files)
        {
            start.ArgumentList.Add(file);
        }

        using var judge = Process.Start(start)!; // ! a process of its own always starts anew
        var said = await judge.StandardOutput.ReadToEndAsync();
        await judge.WaitForExitAsync();
        Assert.Equal(0, judge.ExitCode);
        return
        [
            .. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line =>
                {
                    using var verdict = JsonDocument.Parse(line);
                    return verdict.RootElement.Clone();
                }),
        ];
    }
}
