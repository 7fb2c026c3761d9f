namespace Hallmark.Testing;

/// <summary>A theory against a real program of others; skipped as <see cref="PeerFactAttribute"/> is.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    /// <param name="program">As in <see cref="PeerFactAttribute"/>.</param>
    /// <param name="others">As in <see cref="PeerFactAttribute"/>.</param>
    public PeerTheoryAttribute(string program, params string[] others)
    {
        Program = program;
        Skip = new PeerFactAttribute(program, others).Skip;
    }

    /// <summary>The program that the test needs.</summary>
    public string Program { get; }
}
