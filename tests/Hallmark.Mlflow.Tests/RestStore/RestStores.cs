using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.RestStore;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Stores for tests: real transport, short pauses.</summary>
internal static class RestStores
{
    public static TheoryData<string> Versions => new("2.14", "2.22", "3.6");

    public static RestMlflowStore Open(
        string address,
        MlflowCredentials? credentials = null,
        MlflowServerLimits? limits = null,
        IReadOnlyList<Relocation>? relocations = null
    ) =>
        new(
            new MlflowStoreOptions
            {
                TrackingUri = address,
                Credentials = credentials ?? MlflowCredentials.None,
                Relocations = relocations ?? [],
            },
            new HttpClient(MlflowServerHandler.Create(allowInsecureTls: false)),
            limits ?? Quick
        );

    public static MlflowServerLimits Quick { get; } =
        new() { Timeout = TimeSpan.FromMinutes(2), RetryPause = TimeSpan.FromMilliseconds(1) };

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    public static async Task<byte[]?> ReadAllAsync(this IArtifactRepository artifacts, string path)
    {
        await using var stream = await artifacts.OpenReadAsync(path, CancellationToken.None);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
