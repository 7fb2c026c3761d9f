using System.Runtime.CompilerServices;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>
/// Artifacts behind a server. It is always looked for before it is asked for, because MLflow answers 500 for what does not exist; what comes is held
/// against the size that was listed.
/// </summary>
/// <param name="http">The server.</param>
/// <param name="routes">The routes to this tree.</param>
/// <param name="uri">The tree's URI.</param>
internal sealed class ServerArtifactRepository(MlflowHttp http, IArtifactRoutes routes, string uri) : IArtifactRepository
{
    private const int MaxFiles = 5_000_000;
    private const int MaxDepth = 64; // a listing that goes deeper goes in circles
    private const int MaxRemembered = 100_000;

    // What listings said of files, so that a tree that was listed is read without asking for each folder again.
    private readonly Dictionary<string, long?> _listed = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public string Uri => uri;

    public string? LocalRoot => null;

    public async IAsyncEnumerable<ArtifactEntry> ListFilesAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Stack<(string Path, ListedEntry Entry)>();
        await PushAsync(FolderOf(folder)).ConfigureAwait(false);
        var seen = 0;
        while (open.TryPop(out var next))
        {
            if (++seen > MaxFiles)
            {
                throw new MlflowFormatException(
                    $"the MLflow server lists more than {MaxFiles} artifacts below '{TextFromServer.Clean(folder, 200)}'"
                );
            }

            if (next.Entry.IsFolder)
            {
                if (next.Path.AsSpan().Count('/') >= MaxDepth)
                {
                    throw new MlflowFormatException(
                        $"the MLflow server's artifact folders are nested deeper than {MaxDepth}; its listing may go in circles"
                    );
                }

                await PushAsync(next.Path).ConfigureAwait(false);
            }
            else
            {
                Remember(next.Path, next.Entry.SizeInBytes);
                yield return new ArtifactEntry(next.Path, next.Entry.SizeInBytes);
            }
        }

        async Task PushAsync(string path)
        {
            var entries = await routes.ListAsync(path, cancellationToken).ConfigureAwait(false);
            for (var i = entries.Count - 1; i >= 0; i--)
            {
                open.Push((path.Length == 0 ? entries[i].Name : path + "/" + entries[i].Name, entries[i]));
            }
        }
    }

    public async Task<Stream?> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        ArtifactPath.Check(path);
        bool isRemembered;
        long? size;
        lock (_gate)
        {
            isRemembered = _listed.TryGetValue(path, out size);
        }

        if (!isRemembered)
        {
            if (await FindAsync(path, cancellationToken).ConfigureAwait(false) is not { } entry)
            {
                return null;
            }

            size = entry.SizeInBytes;
        }

        var (response, failure) = await http.OpenAsync(routes.Download(path), cancellationToken).ConfigureAwait(false);
        if (response is not null)
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new ArtifactStream(path, body, response, size ?? response.Content.Headers.ContentLength ?? 0, http);
        }

        Forget(path);
        if (isRemembered && await FindAsync(path, cancellationToken).ConfigureAwait(false) is null)
        {
            return null; // deleted since it was listed
        }

        var hint = System.Text.Ascii.IsValid(path.AsSpan(path.LastIndexOf('/') + 1))
            ? "look into the server's log"
            : "MLflow servers cannot serve file names beyond ASCII by this route; rename the file, or read the store directly";
        throw new MlflowUnavailableException(
            $"the MLflow server lists the artifact '{TextFromServer.Clean(path, 200)}' but does not give it: {failure!.Failure().Message}" /* not null where there is no response */
            ,
            hint
        );
    }

    public async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArtifactPath.Check(path);
        var request =
            routes.Upload(path, content)
            ?? throw new MlflowUnavailableException(
                $"the artifacts at {TextFromServer.Clean(uri, 300)} lie where only the MLflow server can write",
                "run this on the server's machine, or start the server with --serve-artifacts"
            );
        Forget(path);
        var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        answer.Require();

        // Behind some servers and proxies a body gets lost and the answer is 200 all the same (specs/mlflow.md §0.1).
        var stored = (await FindAsync(path, cancellationToken).ConfigureAwait(false)) is { } entry ? entry.SizeInBytes ?? 0 : -1;
        if (stored != content.Length)
        {
            throw new MlflowUnavailableException(
                stored < 0
                    ? $"the MLflow server took the artifact '{TextFromServer.Clean(path, 200)}' but does not list it"
                    : $"the MLflow server stored {stored} of {content.Length} bytes of the artifact '{TextFromServer.Clean(path, 200)}'",
                "a proxy before the server may lose bodies; write to the server directly"
            );
        }
    }

    private static string FolderOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder = folder.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : folder;
        return folder.Length == 0 ? folder : ArtifactPath.Check(folder);
    }

    private async Task<ListedEntry?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var slash = path.LastIndexOf('/');
        var (folder, name) = slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
        var entries = await routes.ListAsync(folder, cancellationToken).ConfigureAwait(false);
        return entries.FirstOrDefault(e => !e.IsFolder && e.Name == name);
    }

    private void Remember(string path, long? size)
    {
        lock (_gate)
        {
            if (_listed.Count < MaxRemembered)
            {
                _listed[path] = size;
            }
        }
    }

    private void Forget(string path)
    {
        lock (_gate)
        {
            _listed.Remove(path);
        }
    }
}
