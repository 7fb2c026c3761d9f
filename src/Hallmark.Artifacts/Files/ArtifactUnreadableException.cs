using Hallmark.Core.Failures;

namespace Hallmark.Artifacts.Files;

/// <summary>A file or folder could not be read to its end as one state of it (exit code 3): no rights, a disk error, or it changed meanwhile.</summary>
public sealed class ArtifactUnreadableException : UnavailableException
{
    /// <param name="fault"><see cref="ArtifactFault.Unreadable"/> or <see cref="ArtifactFault.Changed"/>.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="message">One sentence that names it.</param>
    /// <param name="cause">What lies beneath, or null.</param>
    /// <param name="hints">What to do next.</param>
    public ArtifactUnreadableException(ArtifactFault fault, string path, string message, Exception? cause, params string[] hints)
        : base(message, cause, hints)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>What is wrong.</summary>
    public ArtifactFault Fault { get; }

    /// <summary>The file or folder.</summary>
    public string Path { get; }
}
