using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.RestStore;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>A command with places for the model and for where to listen. An argument stays one argument whatever is put into it.</summary>
internal sealed class ScoringCommand
{
    private const int MaxParts = 256;
    private const int MaxPartLength = 32_768;
    private readonly IReadOnlyList<string> _parts;

    private ScoringCommand(IReadOnlyList<string> parts, bool usesSocket)
    {
        _parts = parts;
        UsesSocket = usesSocket;
    }

    /// <summary>True where the process is to listen on a Unix socket.</summary>
    public bool UsesSocket { get; }

    /// <summary>The program as it was written, for messages.</summary>
    public string Program => TextFromServer.Clean(_parts[0], 200);

    /// <exception cref="BadInputException">The command is empty or too long, does not take the model, or does not say where to listen.</exception>
    public static ScoringCommand Parse(IReadOnlyList<string> parts)
    {
        if (
            parts is not { Count: > 0 and <= MaxParts }
            || parts[0].Length == 0
            || parts.Any(static part => part.Length > MaxPartLength || part.Contains('\0', StringComparison.Ordinal))
        )
        {
            throw new BadInputException("the command of the scoring process is a program and its arguments, and this is none");
        }

        if (!Mentions(parts, "{model}"))
        {
            throw new BadInputException(
                "the command of the scoring process does not take the model, so that it would serve something that nobody verified",
                "put {model} where the folder of the verified copy belongs"
            );
        }

        var usesSocket = Mentions(parts, "{socket}");
        return usesSocket != Mentions(parts, "{port}")
            ? new ScoringCommand(parts, usesSocket)
            : throw new BadInputException(
                "the command of the scoring process must say where to listen, once",
                "put {port} (and {host}) or {socket} where they belong"
            );
    }

    /// <summary>The program's path and its arguments.</summary>
    /// <param name="modelFolder">The verified copy.</param>
    /// <param name="endpoint">Where to listen.</param>
    /// <exception cref="ModelRunException">This machine has no such program.</exception>
    public IReadOnlyList<string> Fill(string modelFolder, ScoringEndpoint endpoint)
    {
        var filled = _parts
            .Select(part =>
                part.Replace("{host}", ScoringEndpoint.Host, StringComparison.Ordinal)
                    .Replace("{port}", endpoint.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                    .Replace("{socket}", endpoint.SocketPath ?? "", StringComparison.Ordinal)
                    .Replace("{model}", modelFolder, StringComparison.Ordinal)
            )
            .ToArray();
        filled[0] =
            FindProgram(filled[0])
            ?? throw new ModelRunException(
                $"the model needs a scoring process, and this machine has no program \"{Program}\"",
                cause: null,
                "install it where PATH finds it (MLflow: in the environment that the model was made for), or give a command of your own"
            );
        return filled;
    }

    /// <summary>Where a program lies: a path as it is, a name on PATH; null where it is not there or not executable.</summary>
    public static string? FindProgram(string name)
    {
        if (name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return IsExecutable(name) ? Path.GetFullPath(name) : null;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (
            OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute))
                != UnixFileMode.None
        );

    private static bool Mentions(IReadOnlyList<string> parts, string place) =>
        parts.Any(part => part.Contains(place, StringComparison.Ordinal));
}
