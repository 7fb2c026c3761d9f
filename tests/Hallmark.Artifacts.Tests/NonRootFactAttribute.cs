namespace Hallmark.Artifacts.Tests;

/// <summary>A fact about rights, which the superuser does not feel.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NonRootFactAttribute : FactAttribute
{
    public NonRootFactAttribute()
    {
        if (Environment.UserName is "root")
        {
            Skip = "root may read everything; run as another user";
        }
    }
}
