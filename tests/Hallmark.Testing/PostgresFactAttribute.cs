namespace Hallmark.Testing;

/// <summary>A fact against a real PostgreSQL server. Skipped, and why, where none is installed; never skipped in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Looks for an installed server.</summary>
    public PostgresFactAttribute()
    {
        if (!ProjectFiles.IsCi && PostgresServer.FindPrograms() is null)
        {
            Skip = "needs a PostgreSQL server below /usr/lib/postgresql, which this machine lacks; ./test.sh installs it";
        }
    }
}
