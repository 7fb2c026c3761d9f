namespace Hallmark.Mlflow.FileStore;

/// <summary>A file or folder of the store.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="Path">Its absolute path, links followed.</param>
/// <param name="IsFolder">True for a folder.</param>
internal sealed record StoreEntry(string Name, string Path, bool IsFolder);
