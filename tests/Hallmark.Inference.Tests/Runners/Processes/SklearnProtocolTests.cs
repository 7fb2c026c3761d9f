using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>Whether the scoring process of the tests is a fair stand-in: it is asked what MLflow's own servers were asked, and must answer alike.</summary>
public sealed class SklearnProtocolTests
{
    [PeerFact(SklearnModel.Python, SklearnModel.Sklearn)]
    public async Task It_answers_what_mlflows_own_servers_answered()
    {
        using var folder = new TemporaryFolder();
        var model = await SklearnModel.TrainAsync(folder);
        await using var runner = (ScoringProcessRunner)
            await new ScoringProcessRunnerFactory(SklearnModel.Options(), TimeProvider.System).StartAsync(model, CancellationToken.None);
        var (root, secret) = await LookUpAsync(runner);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        http.DefaultRequestHeaders.Add(ScoringProcessOptions.SecretHeader, secret);
        foreach (var version in new[] { "2.14", "2.22", "3.6" })
        {
            foreach (var line in File.ReadLines(ProjectFiles.TestData($"mlflow/{version}/http/scoring.jsonl")))
            {
                await CompareAsync(http, root, JsonNode.Parse(line)!, version);
            }
        }
    }

    private static async Task CompareAsync(HttpClient http, Uri root, JsonNode recorded, string version)
    {
        var name = $"{version}: {recorded["name"]}";
        using var request = new HttpRequestMessage(
            new HttpMethod(recorded["method"]!.GetValue<string>()),
            new Uri(root, recorded["path"]!.GetValue<string>())
        );
        if (recorded["request_body"]?.GetValue<string>() is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = recorded["request_headers"]!["content-type"]?.GetValue<string>() is { } type
                ? MediaTypeHeaderValue.Parse(type)
                : null;
        }

        using var response = await http.SendAsync(request);
        Assert.True((int)response.StatusCode == recorded["status"]!.GetValue<int>(), $"{name}: {response.StatusCode}");
        var expected = recorded["response_body"]!.GetValue<string>();
        var found = await response.Content.ReadAsStringAsync();
        if (expected.StartsWith("{\"predictions\"", StringComparison.Ordinal))
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(found)), $"{name}: {found}");
        }
        else if (expected.StartsWith("{\"error_code\"", StringComparison.Ordinal))
        {
            Assert.Equal(
                JsonNode.Parse(expected)!["error_code"]!.GetValue<string>(),
                JsonNode.Parse(found)!["error_code"]!.GetValue<string>()
            );
        }
    }

    // Only this user can read either.
    private static async Task<(Uri Root, string Secret)> LookUpAsync(ScoringProcessRunner runner)
    {
        var arguments = (await File.ReadAllTextAsync($"/proc/{runner.ProcessId}/cmdline")).Split('\0');
        var environment = (await File.ReadAllTextAsync($"/proc/{runner.ProcessId}/environ")).Split('\0');
        var secret = environment.Single(variable =>
            variable.StartsWith(ScoringProcessOptions.SecretVariable + "=", StringComparison.Ordinal)
        );
        return (new Uri($"http://127.0.0.1:{arguments[Array.IndexOf(arguments, "-p") + 1]}/"), secret[(secret.IndexOf('=') + 1)..]);
    }
}
