using System.Diagnostics;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>
/// Ties a child, and whatever it starts, to this process. The child leads a session of its own, and beside it a watcher of six lines of shell reads from a pipe whose other
/// end only this process holds: a line is passed on as SIGTERM to the child's whole group, the pipe's end as SIGKILL. The kernel closes the pipe however this process ends,
/// SIGKILL included; unlike <c>PR_SET_PDEATHSIG</c> that reaches grandchildren too, and does not depend on the thread that started the child.
/// </summary>
internal static class ProcessTether
{
    /// <summary>What is written into the pipe to ask the child to end.</summary>
    public const string StopLine = "stop\n";

    // The command's arguments come as "$@" and are never read as shell. The watcher is nobody's child, so that the command cannot wait for it by mistake.
    private const string GroupScript = """
        exec 3<&0 </dev/null
        ( ( trap '' TERM INT HUP; while read -r line <&3; do kill -s TERM 0; done; kill -s KILL 0 ) >/dev/null 2>&1 & )
        exec 3<&-
        exec "$@"
        """;

    // Without a session of its own the group is ours too: only the command itself is signalled.
    private const string SingleScript = """
        exec 3<&0 </dev/null
        ( ( trap '' TERM INT HUP; while read -r line <&3; do kill -s TERM $$; done; kill -s KILL $$ ) >/dev/null 2>&1 & )
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
    public static ProcessStartInfo Describe(IReadOnlyList<string> command) => Describe(command, Strength);

    /// <summary>How to start a command so that it is tied.</summary>
    /// <param name="command">The program's path and its arguments.</param>
    /// <param name="strength">How well; no better than <see cref="Strength"/>.</param>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, TetherStrength strength)
    {
        string[] words = strength switch
        {
            TetherStrength.Group => [ScoringCommand.FindProgram("setsid")!, Shell, "-c", GroupScript, "hallmark-scoring", .. command],
            TetherStrength.Child => [Shell, "-c", SingleScript, "hallmark-scoring", .. command],
            _ => [.. command],
        };
        var start = new ProcessStartInfo(words[0])
        {
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
