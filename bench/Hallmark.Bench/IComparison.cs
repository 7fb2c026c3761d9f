namespace Hallmark.Bench;

/// <summary>Measures ours and a peer's, or the primitive's own limit, in one run on this machine, and prints the ratio. docs/performance.md quotes it.</summary>
public interface IComparison
{
    /// <summary>What <c>compare</c> is asked for, such as <c>blake3</c>.</summary>
    string Name { get; }

    /// <summary>Measures, and writes one line for each figure, with the ratio to the peer and the goal.</summary>
    void Run(TextWriter output);
}
