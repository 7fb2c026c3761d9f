namespace Hallmark.Inference.Tests;

/// <summary>Tests that change what all of this process shares: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
