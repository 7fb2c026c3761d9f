using System.Diagnostics;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>
/// Ties a child, and whatever it starts, to this process. The child leads a session of its own, and beside it a watcher of a few lines of shell reads from a pipe whose other
/// end only this process holds: a line is passed on as SIGTERM to the child's whole group, the pipe's end as SIGKILL. The kernel closes the pipe however this process ends,
/// SIGKILL included; unlike <c>PR_SET_PDEATHSIG</c> that reaches grandchildren too, and does not depend on the thread that started the child.
/// </summary>
internal static class ProcessTether
{
    /// <summary>What is written into the pipe to ask the child to end.</summary>
    public const string StopLine = "stop\n";

    /// <summary>What is written before the pipe is closed on purpose: the folder is still needed, or removed by us. A pipe that ends without it means that we were killed.</summary>
    public const string KeepLine = "keep\n";

    // The command's arguments come as "$@" and are never read as shell. Both of its streams are one pipe, so that its lines are read in the order in which it wrote them.
    // The watcher is nobody's child, so that the command cannot wait for it by mistake. What removes the folder has a session of its own before it kills the group, which
    // would take it along, and waits a little for the group to be gone.
    private const string GroupScript = """
        folder=$1; shift
        exec 3<&0 </dev/null 2>&1
        ( (
          trap '' TERM INT HUP; keep=
          while read -r line <&3; do case $line in stop) kill -s TERM 0 ;; keep) keep=1 ;; esac; done
          [ "$keep" ] || setsid sh -c 'kill -s KILL -- "-$1"; sleep 0.2; rm -rf -- "$2"' remove $$ "$folder"
          kill -s KILL 0
        ) >/dev/null 2>&1 & )
        exec 3<&-
        exec "$@"
        """;

    // Without a session of its own the group is ours too: only the command itself is signalled.
    private const string SingleScript = """
        folder=$1; shift
        exec 3<&0 </dev/null 2>&1
        ( (
          trap '' TERM INT HUP; keep=
          while read -r line <&3; do case $line in stop) kill -s TERM $$ ;; keep) keep=1 ;; esac; done
          kill -s KILL $$
          [ "$keep" ] || rm -rf -- "$folder"
        ) >/dev/null 2>&1 & )
        exec 3<&-
        exec "$@"
        """;

    private const string Shell = "/bin/sh";

    /// <summary>How well a child is tied where this program runs.</summary>
    public static TetherStrength Strength { get; } =
        OperatingSystem.IsWindows() || !File.Exists(Shell) ? TetherStrength.None
        : ScoringCommand.FindProgram("setsid") is null ? TetherStrength.Child
        : TetherStrength.Group;

    /// <summary>How to start a command so that it is tied as well as may be.</summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, string folder) => Describe(command, folder, Strength);

    /// <summary>How to start a command so that it is tied.</summary>
    /// <param name="command">The program's path and its arguments.</param>
    /// <param name="folder">Where it works; removed where we are killed.</param>
    /// <param name="strength">How well; no better than <see cref="Strength"/>.</param>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, string folder, TetherStrength strength)
    {
        string[] words = strength switch
        {
            TetherStrength.Group =>
            [
                ScoringCommand.FindProgram("setsid")!,
                Shell,
                "-c",
                GroupScript,
                "hallmark-scoring",
                folder,
                .. command,
            ],
            TetherStrength.Child => [Shell, "-c", SingleScript, "hallmark-scoring", folder, .. command],
            _ => [.. command],
        };
        var start = new ProcessStartInfo(words[0])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in words.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }
}
