namespace Hallmark.Testing;

/// <summary>A fact against a real program of others. Skipped, and why, where the program is absent; never skipped in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <param name="program">A file name looked for on PATH, or a path (relative ones below the project's root).</param>
    /// <param name="others">Further programs that the test needs.</param>
    public PeerFactAttribute(string program, params string[] others)
    {
        Program = program;
        if (!ProjectFiles.IsCi && others.Prepend(program).FirstOrDefault(needed => FindProgram(needed) is null) is { } missing)
        {
            Skip = $"needs {missing}, which this machine lacks; ./test.sh installs it";
        }
    }

    /// <summary>The program that the test needs.</summary>
    public string Program { get; }

    /// <summary>The program's path, or null where this machine lacks it.</summary>
    public static string? FindProgram(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.Combine(ProjectFiles.Root, program);
            return File.Exists(path) ? path : null;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
    }
}
