namespace Hallmark.Testing;

/// <summary>A fact against a real program of others that cannot be installed everywhere the tests run: skipped, and why, where it is absent, in CI too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OptionalPeerFactAttribute : FactAttribute
{
    /// <param name="program">A file name looked for on PATH.</param>
    public OptionalPeerFactAttribute(string program)
    {
        Program = program;
        if (PeerFactAttribute.FindProgram(program) is null)
        {
            Skip = $"needs {program} on PATH, which this machine lacks and ./test.sh does not install";
        }
    }

    /// <summary>The program that the test needs.</summary>
    public string Program { get; }
}
