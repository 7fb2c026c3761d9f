using Hallmark.Cli.Tests.Commands;

namespace Hallmark.Cli.Tests.Serving;

/// <summary>What <c>hallmark serve</c> refuses before it serves.</summary>
public sealed class ServeRefusalTests
{
    public static TheoryData<int, string, string[]> Refused { get; } =
        new()
        {
            { 2, "no model was named", [] },
            { 2, "--proxy takes the place of a model", ["models:/a/1", "--proxy", "http://127.0.0.1:1"] },
            { 2, "is no address", ["--proxy", "nonsense"] },
            { 2, "is no address with a port", ["models:/a/1", "--listen", "127.0.0.1"] },
            { 2, "is no address with a port", ["models:/a/1", "--listen", "example.org:80"] },
            { 2, "is no address with a port", ["models:/a/1", "--listen", "127.0.0.1:99999"] },
            { 2, "open to other machines", ["models:/a/1", "--listen", "0.0.0.0:0"] },
            { 2, "nothing that an answer can wait for", ["models:/a/1", "--wait", "forever"] },
            { 2, "is not a time", ["models:/a/1", "--timeout", "soon"] },
            { 2, "--concurrency takes 1 to 4096", ["models:/a/1", "--concurrency", "0"] },
            { 2, "--max-body takes 1 to 256", ["models:/a/1", "--max-body", "257"] },
            { 2, "--queue takes 0 to 65536", ["models:/a/1", "--queue", "-1"] },
            { 2, "--rate takes 1 to 1000000", ["models:/a/1", "--rate", "-1"] },
            { 2, "--timeout 0s is outside its range", ["models:/a/1", "--timeout", "0s"] },
            { 2, "--timeout 2h is outside its range", ["models:/a/1", "--timeout", "2h"] },
            { 2, "--drain-delay takes at most 10m", ["models:/a/1", "--drain-delay", "11m"] },
            { 2, "is not a time", ["models:/a/1", "--drain-delay", "-1s"] },
            { 2, "--drain-time takes at most 1h", ["models:/a/1", "--drain-time", "61m"] },
            { 2, "is not a time", ["models:/a/1", "--drain-time", "-1s"] },
            { 2, "a model's name", ["models:/a/1", "--name", ""] },
            { 2, "a model's name", ["models:/a/1", "--name", "a/b"] },
            { 2, "outside its range", ["models:/a/1", "--model-memory", "0"] },
            { 2, "--tls-cert and --tls-key", ["models:/a/1", "--tls-cert", "/nope.pem"] },
            { 2, "--tls-cert and --tls-key", ["models:/a/1", "--client-ca", "/nope.pem"] },
            { 2, "there is no file /nope.key", ["models:/a/1", "--tls-cert", "/nope.pem", "--tls-key", "/nope.key"] },
            { 2, "there is no file /nope", ["models:/a/1", "--api-keys", "/nope"] },
            { 2, "--recheck needs --asset-id", ["models:/a/1", "--recheck"] },
            { 2, "--on-failure needs --asset-id", ["models:/a/1", "--on-failure", "fail_open"] },
            { 2, "--agent-url needs --asset-id", ["models:/a/1", "--agent-url", "http://127.0.0.1:1"] },
            { 2, "no gate policy", ["models:/a/1", "--asset-id", "m", "--on-failure", "open"] },
            { 2, "with the agent's management secret", ["models:/a/1", "--asset-id", "m"] },
            { 2, "there is no file /nope", ["models:/a/1", "--asset-id", "m", "--agent-secret-file", "/nope"] },
            { 2, "needs --recheck", ["models:/a/1", "--asset-id", "m", "--max-status-age", "30s"] },
            { 2, "at most an hour", ["models:/a/1", "--asset-id", "m", "--recheck", "--max-status-age", "2h"] },
            { 2, "at most an hour", ["models:/a/1", "--asset-id", "m", "--recheck", "--max-status-age", "soon"] },
            { 2, "not the address of an agent", ["models:/a/1", "--asset-id", "m", "--agent-url", "127.0.0.1:9847"] },
            { 2, "not the address of an agent", ["models:/a/1", "--asset-id", "m", "--agent-url", "http://u:p@127.0.0.1:9847"] },
            { 3, "127.0.0.1:1", ["--proxy", "http://127.0.0.1:1"] },
            { 2, "--allow-plain-proxy", ["--proxy", "http://model.invalid"] },
            { 3, "cannot be reached", ["--proxy", "http://model.invalid", "--allow-plain-proxy"] },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_served_so_is_refused_in_one_sentence(int code, string says, string[] arguments)
    {
        using var scene = new CommandScene();

        var ended = await scene.RefuseAsync(code, ["serve", .. arguments]);

        Assert.Contains(says, ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--api-keys", "alice 0123456789abcdef0123456789abcdef\n")]
    [InlineData("--agent-secret-file", "0123456789abcdef0123456789abcdef\n")]
    public async Task Keys_that_others_can_read_are_refused_and_never_shown(string option, string secret)
    {
        using var scene = new CommandScene();
        var file = scene.Folder.File("keys");
        await File.WriteAllTextAsync(file, secret);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        var ended = await scene.RefuseAsync(2, "serve", "models:/a/1", "--asset-id", "m", option, file);

        Assert.Contains("chmod 600", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_never_goes_in_the_clear_to_another_machine_nor_is_shown()
    {
        using var scene = new CommandScene();
        scene.Environment["ARIO_AGENT_MANAGEMENT_SECRET"] = "0123456789abcdef";

        var clear = await scene.RefuseAsync(2, "serve", "models:/a/1", "--asset-id", "m", "--agent-url", "http://192.0.2.1:9847");
        scene.Environment["ARIO_AGENT_MANAGEMENT_SECRET"] = "0123456789\r\nabcdef";
        var split = await scene.RefuseAsync(2, "serve", "models:/a/1", "--asset-id", "m");

        Assert.Contains("in the clear", clear.Error, StringComparison.Ordinal);
        Assert.Contains("no header can carry it", split.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", clear.Error + split.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:secret@127.0.0.1")]
    public async Task A_collector_without_an_address_is_refused(string address)
    {
        using var scene = new CommandScene();
        scene.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = address;

        var ended = await scene.RefuseAsync(2, "serve", "models:/a/1");

        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_proof_is_not_served_unless_it_is_asked_for_by_name()
    {
        using var scene = new CommandScene();
        var model = Path.GetDirectoryName(scene.Folder.File("model/model.bin"))!;
        await File.WriteAllTextAsync(Path.Combine(model, "model.bin"), "weights");

        var ended = await scene.RunAsync("serve", model);

        Assert.NotEqual(0, ended.Code);
        Assert.StartsWith("error: ", ended.Error, StringComparison.Ordinal);
        Assert.Equal("", ended.Out);
    }
}
