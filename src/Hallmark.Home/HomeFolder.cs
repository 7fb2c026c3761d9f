using Hallmark.Core.Failures;
using Hallmark.Files;

namespace Hallmark.Home;

/// <summary>
/// Where a user's settings, keys and ledger lie: <c>--home</c>, else <c>HALLMARK_HOME</c>, else <c>~/.hallmark</c>. Whoever can write there can stop the ledger
/// and use the keys, but cannot rewrite the ledger unnoticed once a checkpoint has left the machine.
/// </summary>
public sealed record HomeFolder
{
    private HomeFolder(string path) => Path = path;

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The settings file; may be absent.</summary>
    public string SettingsFile => System.IO.Path.Combine(Path, "hallmark.json");

    /// <summary>Signing keys.</summary>
    public string KeysFolder => System.IO.Path.Combine(Path, "keys");

    /// <summary>The ledger.</summary>
    public string LedgerFolder => System.IO.Path.Combine(Path, "ledger");

    /// <summary>Digests of files hashed before.</summary>
    public string CacheFolder => System.IO.Path.Combine(Path, "cache");

    /// <summary>Private copies of the models that are running.</summary>
    public string ModelsFolder => System.IO.Path.Combine(Path, "models");

    /// <summary>Finds the home without making it.</summary>
    /// <param name="named">The value of <c>--home</c>, or null.</param>
    /// <param name="environment">The environment's variables.</param>
    public static HomeFolder Find(string? named, IReadOnlyDictionary<string, string> environment)
    {
        if (named is { Length: > 0 } || environment.TryGetValue("HALLMARK_HOME", out named) && named.Length > 0)
        {
            return new HomeFolder(System.IO.Path.GetFullPath(named));
        }

        return environment.TryGetValue("HOME", out var user) && user.Length > 0
            ? new HomeFolder(System.IO.Path.GetFullPath(System.IO.Path.Combine(user, ".hallmark")))
            : throw new BadInputException("no home folder: neither HALLMARK_HOME nor HOME is set", "say where: hallmark --home FOLDER …");
    }

    /// <summary>Makes the folder, for its owner only; nothing happens where it exists.</summary>
    /// <exception cref="UnavailableException">The folder cannot be made.</exception>
    public void Create()
    {
        try
        {
            DurableFolder.CreatePrivate(Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"cannot make the home folder {Path}: {fault.Message}",
                fault,
                "choose another one: --home FOLDER, or HALLMARK_HOME"
            );
        }
    }
}
