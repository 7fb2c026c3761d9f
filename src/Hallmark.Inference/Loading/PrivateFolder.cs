using System.Security.Cryptography;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Loading;

/// <summary>
/// A new folder that only this user can reach, removed when it is disposed. Beside it lies a file that is locked while its owner lives: what a process left behind that was
/// killed is removed by the next one.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "model-";
    private const string LockSuffix = ".lock";
    private const int MaxAttempts = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private PrivateFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes a folder, and removes those whose owners are gone.</summary>
    /// <exception cref="BadInputException">Other users could exchange folders in the root.</exception>
    /// <exception cref="UnavailableException">The folder cannot be made.</exception>
    public static PrivateFolder Create(string root)
    {
        root = System.IO.Path.GetFullPath(root);
        try
        {
            MakeFolder(root);
            RefuseShared(root);
            RemoveAbandoned(root);
            for (var attempt = 1; ; attempt++)
            {
                var path = System.IO.Path.Combine(root, Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
                FileStream held;
                try
                {
                    held = new FileStream(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
                }
                catch (IOException) when (attempt < MaxAttempts)
                {
                    continue; // between the file's making and its locking somebody else locked it, to see whether it was left behind
                }

                if (File.Exists(path + LockSuffix))
                {
                    MakeFolder(path);
                    return new PrivateFolder(path, held);
                }

                held.Dispose(); // somebody took it for one that was left behind, before it was locked, and removed it
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"no private folder for the model's files can be made in {root}: {failure.Message}",
                failure,
                "check the disk and the folder's rights, or choose another folder"
            );
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Remove(Path, _lock);
    }

    private static void Remove(string path, FileStream held)
    {
        using (held)
        {
            try
            {
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }

                File.Delete(held.Name);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Somebody still writes there. The lock's file stays, and with it the next process's task to remove the folder.
            }
        }
    }

    private static void RemoveAbandoned(string root)
    {
        foreach (var file in Directory.EnumerateFiles(root, Prefix + "*" + LockSuffix))
        {
            try
            {
                Remove(file[..^LockSuffix.Length], new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Its owner lives.
            }
        }
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    // Who may write to the folder above may give our folder another name and put his own in its place, unless the sticky bit forbids it.
    private static void RefuseShared(string root)
    {
        const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (
            !OperatingSystem.IsWindows()
            && File.GetUnixFileMode(root) is var mode
            && (mode & OthersWrite) is not UnixFileMode.None
            && (mode & UnixFileMode.StickyBit) is UnixFileMode.None
        )
        {
            throw new BadInputException(
                $"other users can exchange folders in {root}, so no verified copy is safe there",
                $"take their right to write: chmod go-w {root}"
            );
        }
    }
}
