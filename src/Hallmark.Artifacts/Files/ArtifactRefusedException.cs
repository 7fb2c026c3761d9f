using Hallmark.Core.Failures;

namespace Hallmark.Artifacts.Files;

/// <summary>A file or a folder is not what can be hashed (exit code 2): absent, a link that escapes, a pipe, a name that no record can hold.</summary>
public sealed class ArtifactRefusedException : BadInputException
{
    /// <param name="fault">What is wrong.</param>
    /// <param name="path">The file, folder or link.</param>
    /// <param name="message">One sentence that names it.</param>
    /// <param name="hints">What to do next.</param>
    public ArtifactRefusedException(ArtifactFault fault, string path, string message, params string[] hints)
        : base(message, hints)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>What is wrong.</summary>
    public ArtifactFault Fault { get; }

    /// <summary>The file, folder or link.</summary>
    public string Path { get; }
}
