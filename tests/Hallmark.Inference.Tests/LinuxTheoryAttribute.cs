namespace Hallmark.Inference.Tests;

/// <summary>A theory about what Linux alone does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "only Linux has this way of sharing its cores";
        }
    }
}
