using Hallmark.Inference.Runners.Processes;

namespace Hallmark.Inference.Tests.Runners.Processes;

public sealed class ChildEnvironmentTests
{
    [Theory]
    [InlineData("ARIO_MLFLOW_SIGNING_KEY", "x")]
    [InlineData("ARIO_MLFLOW_ARWEAVE_WALLET", "/wallet.json")]
    [InlineData("HALLMARK_HOME", "/home")]
    [InlineData("Hallmark_Anything", "x")]
    [InlineData("MLFLOW_TRACKING_PASSWORD", "x")]
    [InlineData("MLFLOW_TRACKING_TOKEN", "x")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "x")]
    [InlineData("AWS_ACCESS_KEY_ID", "x")]
    [InlineData("GITHUB_TOKEN", "x")]
    [InlineData("PGPASSWORD", "x")]
    [InlineData("db.password", "x")]
    [InlineData("GOOGLE_APPLICATION_CREDENTIALS", "/key.json")]
    [InlineData("SSH_AUTH_SOCK", "/agent")]
    [InlineData("MLFLOW_TRACKING_URI", "https://user:secret@mlflow.example/x")]
    [InlineData("http_proxy", "http://user:secret@proxy:3128")]
    public void What_is_or_may_be_a_secret_does_not_go_to_the_model(string name, string value) =>
        Assert.DoesNotContain(name, ChildEnvironment.Clean([KeyValuePair.Create(name, (string?)value)], []).Keys);

    [Theory]
    [InlineData("PATH", "/usr/bin:/bin")]
    [InlineData("HOME", "/home/me")]
    [InlineData("PWD", "/work")]
    [InlineData("PYTHONHASHSEED", "0")]
    [InlineData("KEYBOARD", "de")]
    [InlineData("OMP_NUM_THREADS", "2")]
    [InlineData("MLFLOW_TRACKING_URI", "https://mlflow.example/a@b:c")]
    [InlineData("http_proxy", "http://proxy:3128")]
    public void What_a_program_needs_goes_to_it_as_it_is(string name, string value) =>
        Assert.Equal(value, ChildEnvironment.Clean([KeyValuePair.Create(name, (string?)value)], [])[name]);

    [Fact]
    public void A_variable_that_was_named_goes_too_but_never_one_of_ours()
    {
        KeyValuePair<string, string?>[] ours =
        [
            new("HF_TOKEN", "a"),
            new("OTHER_TOKEN", "b"),
            new("HALLMARK_REMOTE_TOKEN", "c"),
            new("GONE", null),
        ];
        var kept = ChildEnvironment.Clean(ours, ["HF_TOKEN", "HALLMARK_REMOTE_TOKEN"]);
        Assert.Equal("a", kept["HF_TOKEN"]);
        Assert.Equal(["HF_TOKEN", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"], kept.Keys.Order(StringComparer.Ordinal));
    }
}
