namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>MLflow's rules for the keys of tags.</summary>
internal static class FixtureKeys
{
    public static void Check(string key)
    {
        if (
            key.Length > 250
            || key.StartsWith('/')
            || key.Split('/').Any(static part => part is "" or "." or "..")
            || !key.All(static c => char.IsLetterOrDigit(c) || "_-. /:".Contains(c, StringComparison.Ordinal))
        )
        {
            throw FixtureFailure.Invalid($"Invalid tag name: '{key}'");
        }
    }
}
