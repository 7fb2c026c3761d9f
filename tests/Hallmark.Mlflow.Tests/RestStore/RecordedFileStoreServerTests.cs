using System.Text.Json;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Testing;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>What real MLflow servers on file stores said, replayed by Kestrel, beside the same store read from its files.</summary>
public sealed class RecordedFileStoreServerTests
{
    private const string Recording = "rest-filestore.jsonl";

    public static TheoryData<string> Versions => RestStores.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_run_read_from_the_server_is_the_run_in_its_files(string version)
    {
        await using var server = await RecordedMlflowServer.StartAsync(RecordedExchange.Read(version, Recording));
        await using var rest = RestStores.Open(server.Address);
        await using var files = MlflowStores.Open(
            new MlflowStoreOptions { TrackingUri = ProjectFiles.TestData($"mlflow/{version}/file/mlruns") }
        );
        var read = 0;
        foreach (var id in RunIds(version))
        {
            var said = await rest.FindRunAsync(id, CancellationToken.None);
            var written = await files.FindRunAsync(id, CancellationToken.None);
            if (written is null || said is null)
            {
                // A run that the recording itself made is in no file of the fixture.
                continue;
            }

            Assert.Equal(
                written.Params.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                said.Params.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            );
            Assert.Equal(
                written.Metrics.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                said.Metrics.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            );
            Assert.Equal(
                written.DatasetInputs.Select(input => (input.Name, input.Digest)).Order(),
                said.DatasetInputs.Select(input => (input.Name, input.Digest)).Order()
            );
            Assert.Equal(written.ArtifactUri, said.ArtifactUri);
            Assert.Equal(written.Status, said.Status);
            read++;
        }

        Assert.True(read >= 2, $"{read} runs were in both");
    }

    private static IEnumerable<string> RunIds(string version) =>
        RecordedExchange
            .Read(version, Recording)
            .Where(exchange => exchange.RawPath.EndsWith("/runs/get", StringComparison.Ordinal) && exchange.Status == 200)
            .Select(exchange =>
            {
                using var document = JsonDocument.Parse(exchange.ResponseBody);
                return document.RootElement.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
            })
            .Distinct(StringComparer.Ordinal);
}
