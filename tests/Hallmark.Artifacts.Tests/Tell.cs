namespace Hallmark.Artifacts.Tests;

/// <summary>Progress that is told at once, on the thread that hashes.</summary>
internal sealed class Tell(Action<HashingProgress> told) : IProgress<HashingProgress>
{
    public void Report(HashingProgress value) => told(value);
}
