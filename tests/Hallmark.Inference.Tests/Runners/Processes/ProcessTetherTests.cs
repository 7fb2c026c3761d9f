using System.Diagnostics;
using System.Globalization;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>The watcher beside a child, in both of its kinds.</summary>
public sealed class ProcessTetherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("setsid", "sleep")]
    public async Task The_end_of_the_pipe_kills_the_command_and_with_a_session_its_children()
    {
        foreach (var strength in new[] { TetherStrength.Child, TetherStrength.Group })
        {
            using var process = Start(strength, $"sleep 600 & echo $! > '{Note}.part'; mv '{Note}.part' '{Note}'; trap '' TERM; wait");
            var child = await NotedAsync();
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Assert.Equal(137, process.ExitCode);
            if (strength is TetherStrength.Group)
            {
                await ProcessTable.EndOfAsync(child);
            }
            else
            {
                Assert.True(ProcessTable.Runs(child), "more is promised than is said");
                ProcessTable.Kill(child);
            }

            File.Delete(Note);
        }
    }

    [PeerFact("setsid", "sleep")]
    public async Task A_line_in_the_pipe_asks_the_command_to_end()
    {
        foreach (var strength in new[] { TetherStrength.Child, TetherStrength.Group })
        {
            using var process = Start(
                strength,
                $"trap 'exit 7' TERM; echo 1 > '{Note}.part'; mv '{Note}.part' '{Note}'; while :; do sleep 0.05; done"
            );
            await NotedAsync();
            await process.StandardInput.WriteAsync(ProcessTether.StopLine);
            await process.StandardInput.FlushAsync();
            await process.WaitForExitAsync();
            Assert.Equal(7, process.ExitCode);
            process.StandardInput.Close();
            File.Delete(Note);
        }
    }

    [PeerFact("setsid", "sleep")]
    public async Task The_command_reads_nothing_sees_no_pipe_of_ours_and_its_exit_code_is_told()
    {
        foreach (var strength in new[] { TetherStrength.Child, TetherStrength.Group })
        {
            using var process = Start(strength, "read -r line; ls -l /proc/$$/fd; exit 9");
            var open = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal(9, process.ExitCode);
            Assert.Contains(" 0 -> /dev/null", open, StringComparison.Ordinal);
            Assert.DoesNotContain(" 3 -> ", open, StringComparison.Ordinal);
            process.StandardInput.Close();
        }
    }

    [PeerFact("setsid", "sleep")]
    public async Task The_folder_is_removed_where_we_were_killed_and_left_where_we_closed_the_pipe_on_purpose()
    {
        foreach (var strength in new[] { TetherStrength.Child, TetherStrength.Group })
        {
            using var left = Start(strength, "exec sleep 600");
            var folder = left.StartInfo.WorkingDirectory;
            await File.WriteAllTextAsync(Path.Combine(folder, "leftover"), "x");
            await left.StandardInput.WriteAsync(ProcessTether.KeepLine);
            left.StandardInput.Close();
            await left.WaitForExitAsync();
            await Task.Delay(500);
            Assert.True(File.Exists(Path.Combine(folder, "leftover")));

            using var killed = Start(strength, "exec sleep 600");
            killed.StandardInput.Close();
            await killed.WaitForExitAsync();
            await ProcessTable.UntilAsync(() => !Directory.Exists(folder), $"{strength}: the folder is left");
        }
    }

    private string Note => _folder.File("note");

    // One for each kind: the watcher of an earlier child may still be removing its own.
    private string WorkFolder(TetherStrength strength) =>
        Directory.CreateDirectory(Path.Combine(_folder.Path, $"{strength} \"$(id)\"")).FullName;

    private Process Start(TetherStrength strength, string script) =>
        Process.Start(ProcessTether.Describe(["/bin/sh", "-c", script], WorkFolder(strength), strength))!;

    private async Task<int> NotedAsync()
    {
        await ProcessTable.UntilAsync(() => File.Exists(Note), "it did not start");
        return int.Parse(await File.ReadAllTextAsync(Note), CultureInfo.InvariantCulture);
    }
}
