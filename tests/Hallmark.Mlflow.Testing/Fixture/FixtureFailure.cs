namespace Hallmark.Mlflow.Testing.Fixture;

/// <summary>An error that MLflow answers with <c>{"error_code", "message"}</c>, or with a page where there is no code.</summary>
internal sealed class FixtureFailure(int status, string? code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public static FixtureFailure Missing(string message) => new(404, "RESOURCE_DOES_NOT_EXIST", message);

    public static FixtureFailure Invalid(string message) => new(400, "INVALID_PARAMETER_VALUE", message);
}
