using Hallmark.Mlflow.RestStore;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>Stores for tests: real transport, short pauses.</summary>
internal static class RestStores
{
    public static TheoryData<string> Versions => new("2.14", "2.22", "3.6");

    public static RestMlflowStore Open(string address, MlflowServerOptions? options = null)
    {
        var chosen = options ?? Quick();
        return new RestMlflowStore(address, new HttpClient(MlflowServerHandler.Create(chosen)), chosen, TimeProvider.System);
    }

    public static MlflowServerOptions Quick(string? token = null, string? username = null, string? password = null, int maxAnswerBytes = 64 << 20, double timeoutInSeconds = 20) => new()
    {
        Token = token,
        Username = username,
        Password = password,
        MaxAnswerBytes = maxAnswerBytes,
        Timeout = TimeSpan.FromSeconds(timeoutInSeconds),
        RetryPause = TimeSpan.FromMilliseconds(1),
    };

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    public static async Task<byte[]?> ReadAllAsync(this Mlflow.Artifacts.IArtifactRepository artifacts, string path)
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
