using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>Folders of params, tags and metrics: a file a key, with the <c>/</c> of a key as sub-folders.</summary>
internal static class ValueFolder
{
    private const int MaxValueBytes = 4 << 20;
    private const int MaxDepth = 126; // A key has 250 characters at most.

    /// <summary>Key to value; empty where there is no such folder.</summary>
    /// <exception cref="MlflowFormatException">A value is longer than 4 MiB or not UTF-8.</exception>
    public static IReadOnlyDictionary<string, string> Read(StoreFolder store, string folder)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, path) in Files(store, folder))
        {
            values.Add(
                key,
                store.ReadText(path, MaxValueBytes)
                    ?? throw new MlflowUnavailableException($"{store.NameOf(path)} was removed while it was read")
            );
        }

        return values;
    }

    /// <summary>Key and path of each file below a folder, in ordinal order of the parts of the key.</summary>
    public static IEnumerable<(string Key, string Path)> Files(StoreFolder store, string folder) => Below(store, folder, "", 0);

    private static IEnumerable<(string Key, string Path)> Below(StoreFolder store, string folder, string prefix, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new MlflowFormatException($"{store.NameOf(folder)} in the MLflow store is more than {MaxDepth} levels deep");
        }

        foreach (var entry in store.List(folder))
        {
            if (!entry.IsFolder)
            {
                yield return (prefix + entry.Name, entry.Path);
                continue;
            }

            foreach (var file in Below(store, entry.Path, prefix + entry.Name + "/", depth + 1))
            {
                yield return file;
            }
        }
    }
}
