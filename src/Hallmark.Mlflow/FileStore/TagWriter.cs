using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>Writes tags and other small files of a store, each whole or not at all.</summary>
internal sealed class TagWriter(StoreFolder store)
{
    private const string RunName = "mlflow.runName";

    /// <summary>Sets a tag of whatever has the folder.</summary>
    /// <param name="owner">The folder of a run, trace, model or version.</param>
    /// <param name="key">Checked by the caller.</param>
    /// <param name="value">Checked by the caller.</param>
    /// <param name="cancellationToken">Leaves the old value.</param>
    public Task SetAsync(string owner, string key, string value, CancellationToken cancellationToken) =>
        WriteAsync(owner, ["tags", key], value, cancellationToken);

    /// <summary>Sets a tag of a run that is not deleted. The tag <c>mlflow.runName</c> is the run's name too.</summary>
    public async Task SetOfRunAsync(string folder, string key, string value, CancellationToken cancellationToken)
    {
        var meta = MetaFile.Read(store, Path.Combine(folder, MetaFile.FileName));
        if (meta.Text("lifecycle_stage") == "deleted")
        {
            throw new BadInputException(
                $"The run '{Path.GetFileName(folder)}' is deleted; MLflow takes no tags for it",
                "restore it first: mlflow runs restore"
            );
        }

        await SetAsync(folder, key, value, cancellationToken).ConfigureAwait(false);
        if (key == RunName && meta.Text("run_name") != value)
        {
            await WriteMetaAsync(folder, meta.Map, new() { ["run_name"] = YamlScalar.Of(value) }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a <c>meta.yaml</c> again with some fields changed; all others stay, also those that nobody here knows.</summary>
    public Task WriteMetaAsync(string folder, YamlMap map, Dictionary<string, YamlNode> changes, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, YamlNode>(map.Entries, StringComparer.Ordinal);
        foreach (var (field, value) in changes)
        {
            entries[field] = value;
        }

        return WriteAsync(folder, [MetaFile.FileName], YamlWriter.Write(new YamlMap(entries)), cancellationToken);
    }

    /// <summary>Writes a file of whatever has the folder. The unfinished file lies in that folder, where MLflow takes no file for a tag.</summary>
    public async Task WriteAsync(string owner, string[] place, string text, CancellationToken cancellationToken)
    {
        var path = store.Inside([owner, .. place]);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // Below the root, so it has a parent.
            await AtomicFile.ReplaceAsync(path, Encoding.UTF8.GetBytes(text), owner, cancellationToken).ConfigureAwait(false);
        }
        catch (PathTooLongException e)
        {
            throw new BadInputException(
                $"{Printable.Text(store.NameOf(path))} cannot be written to the MLflow store: the name is longer than the file system allows",
                e,
                "most file systems take 255 bytes; letters beyond ASCII have two to four each"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Directory.Exists(path) || File.Exists(Path.GetDirectoryName(path))
                ? new BadInputException(
                    $"{store.NameOf(path)} cannot be written to the MLflow store: another key is a folder or a file on its way",
                    e
                )
                : new MlflowUnavailableException(
                    $"{store.NameOf(path)} cannot be written to the MLflow store at {store.Root}: {e.Message}",
                    e,
                    "check the permissions of the store's folder"
                );
        }
    }
}
