namespace Hallmark.Ledger.Tests;

/// <summary>A fact on a disk that becomes full. Skipped, and why, where none can be made, in CI too: it takes root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.WhyNot;
}
