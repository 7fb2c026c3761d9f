using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Signatures;
using Hallmark.Keys.Files;

namespace Hallmark.Keys;

/// <summary>
/// Finds the key to sign with (<c>mlflow-events.md</c> §9.1): the one the caller names, else the environment, else the home's default pair, which is made
/// once where there is none. A key that was named but cannot be used is an error and never silently replaced by another.
/// </summary>
public sealed class SigningKeys
{
    /// <summary>The variable that holds the standard base64 of a 32-byte seed.</summary>
    public const string EnvironmentVariable = "ARIO_MLFLOW_SIGNING_KEY";

    /// <summary>The name by which the pair of ar-io-mlflow in <c>~/.ario-mlflow/keys</c> is asked for. It is never used unasked: that program replaces it at every start.</summary>
    public const string ArioMlflowName = "ario-mlflow";

    private readonly KeyFolder _folder;
    private readonly KeyFolder _arioFolder;
    private readonly Func<string, string?> _environment;

    /// <param name="home">Hallmark's home; its keys are in <c>keys/</c>.</param>
    /// <param name="userProfile">The user's own folder (<c>~</c>).</param>
    /// <param name="environment">Looks up an environment variable.</param>
    public SigningKeys(string home, string userProfile, Func<string, string?> environment)
    {
        ArgumentException.ThrowIfNullOrEmpty(home);
        ArgumentNullException.ThrowIfNull(userProfile);
        ArgumentNullException.ThrowIfNull(environment);
        _folder = new KeyFolder(Path.Combine(home, "keys"));
        _arioFolder = new KeyFolder(Path.Combine(userProfile, ".ario-mlflow", "keys"), KeySource.ArioMlflow);
        _environment = environment;
    }

    /// <summary>The keys of the home.</summary>
    public KeyFolder Folder => _folder;

    /// <summary>The keys of a home, with this process's environment.</summary>
    public static SigningKeys Of(string home) =>
        new(home, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Environment.GetEnvironmentVariable);

    /// <summary>Opens the key to sign with; makes the home's default pair where nothing was named and nothing is there.</summary>
    /// <param name="nameOrPath">The name of a key in the home, <see cref="ArioMlflowName"/>, a path (with a <c>/</c>, or ending in <c>.json</c>), or null.</param>
    /// <exception cref="KeyException">The key cannot be used.</exception>
    /// <exception cref="Core.Failures.UnavailableException">There is none, and it cannot be made.</exception>
    public SigningKey Open(string? nameOrPath) => Find(nameOrPath) ?? _folder.OpenOrCreate(KeyFolder.DefaultName);

    /// <summary>Opens the key to sign with, but makes none.</summary>
    /// <inheritdoc cref="Open" path="/param"/>
    /// <returns>Null where nothing was named and nothing is there.</returns>
    /// <exception cref="KeyException">The key cannot be used.</exception>
    public SigningKey? Find(string? nameOrPath)
    {
        if (nameOrPath is { Length: > 0 })
        {
            return nameOrPath == ArioMlflowName ? _arioFolder.Open(KeyFolder.DefaultName)
                : IsPath(nameOrPath)
                    ? new SigningKey(KeyPair.Of(nameOrPath).Read(), nameOrPath, KeySource.NamedFile, Path.GetFullPath(nameOrPath))
                : _folder.Open(nameOrPath);
        }

        return FromEnvironment() ?? (_folder.Contains(KeyFolder.DefaultName) ? _folder.Open(KeyFolder.DefaultName) : null);
    }

    /// <summary>Opens a key that <see cref="List"/> gave, from where it was found: its name alone could be taken for another key's, or for a path.</summary>
    /// <exception cref="KeyException">The key cannot be used, or is gone.</exception>
    public SigningKey OpenListed(KeyListing key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Source switch
        {
            KeySource.Environment => FromEnvironment() ?? throw new KeyException($"{EnvironmentVariable} is no longer set"),
            KeySource.ArioMlflow => _arioFolder.Open(KeyFolder.DefaultName),
            _ => _folder.Open(key.Name),
        };
    }

    /// <summary>Opens a key from two files that the caller names.</summary>
    /// <exception cref="KeyException">A file is missing or cannot be used, or the two do not belong together.</exception>
    public static SigningKey OpenPair(string privatePath, string publicPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(privatePath);
        ArgumentException.ThrowIfNullOrEmpty(publicPath);
        if (!Path.Exists(publicPath))
        {
            throw new KeyException($"There is no key file {publicPath}");
        }

        return new SigningKey(new KeyPair(privatePath, publicPath).Read(), privatePath, KeySource.NamedFile, Path.GetFullPath(privatePath));
    }

    /// <summary>Lists all keys that could sign: the environment's first, then the home's, then ar-io-mlflow's.</summary>
    /// <exception cref="KeyException">A key folder cannot be read.</exception>
    public IReadOnlyList<KeyListing> List()
    {
        var list = new List<KeyListing>();
        try
        {
            using var key = FromEnvironment();
            if (key is not null)
            {
                list.Add(new KeyListing(key.Name, key.PublicKey.Hex, null, null, KeySource.Environment, null));
            }
        }
        catch (KeyException trouble)
        {
            list.Add(new KeyListing(EnvironmentVariable, null, null, null, KeySource.Environment, trouble.Message));
        }

        list.AddRange(_folder.List());
        list.AddRange(_arioFolder.List().Where(key => key.Name == KeyFolder.DefaultName).Select(key => key with { Name = ArioMlflowName }));
        return list;
    }

    /// <summary>True where <see cref="Find"/> takes a name for something else than a key of the home.</summary>
    internal static bool MeansAnother(string name) => name == ArioMlflowName || IsPath(name);

    private static bool IsPath(string nameOrPath) =>
        nameOrPath.Contains('/', StringComparison.Ordinal)
        || nameOrPath.Contains('\\', StringComparison.Ordinal)
        || nameOrPath.EndsWith(".json", StringComparison.Ordinal);

    private SigningKey? FromEnvironment()
    {
        if (_environment(EnvironmentVariable) is not { Length: > 0 } value)
        {
            return null;
        }

        Span<byte> base64 = stackalloc byte[64];
        Span<byte> seed = stackalloc byte[KeyFileText.ValueSize];
        try
        {
            var trimmed = value.AsSpan().Trim();
            if (
                trimmed.Length > base64.Length
                || !Encoding.ASCII.TryGetBytes(trimmed, base64, out var length)
                || !KeyFileText.TryDecode(base64[..length], seed)
            )
            {
                throw new KeyException(
                    $"{EnvironmentVariable} is not the base64 of a 32-byte seed",
                    "It must be 44 characters of standard base64",
                    $"unset {EnvironmentVariable} to sign with the home's key"
                );
            }

            return new SigningKey(Ed25519PrivateKey.FromSeed(seed), EnvironmentVariable, KeySource.Environment, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(base64);
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
