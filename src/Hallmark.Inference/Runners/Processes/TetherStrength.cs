namespace Hallmark.Inference.Runners.Processes;

/// <summary>What of a child ends with this process, however this process ends.</summary>
public enum TetherStrength
{
    /// <summary>Nothing (Windows): it is ended where this process ends in order, and stays where this process is killed.</summary>
    None = 0,

    /// <summary>The command itself, but not what it started (a Unix without <c>setsid</c>).</summary>
    Child,

    /// <summary>The command and everything in its process group (Linux with <c>setsid</c> of util-linux).</summary>
    Group,
}
