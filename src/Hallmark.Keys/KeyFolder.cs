using System.Text.RegularExpressions;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Keys.Files;

namespace Hallmark.Keys;

/// <summary>
/// The signing keys in one folder: <c>&lt;name&gt;.private.json</c> with <c>&lt;name&gt;.public.json</c>, and the default pair <c>ed25519_private.json</c> with
/// <c>ed25519_public.json</c>. A key that exists is never overwritten, replaced or deleted. Whoever can read the folder can sign as its owner.
/// </summary>
public sealed partial class KeyFolder
{
    /// <summary>The name of the pair that is used when none is named.</summary>
    public const string DefaultName = "default";

    private const string DefaultPrivateFile = "ed25519_private.json";
    private const string PrivateEnding = ".private.json";

    private readonly KeySource _source;

    /// <param name="path">The folder; made, with mode 0700, when the first key is.</param>
    public KeyFolder(string path)
        : this(path, KeySource.Home) { }

    internal KeyFolder(string path, KeySource source)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FolderPath = Path.GetFullPath(path);
        _source = source;
    }

    /// <summary>The folder's absolute path.</summary>
    public string FolderPath { get; }

    /// <summary>Whether a key of that name is there, usable or not.</summary>
    /// <exception cref="KeyException">The name is not one.</exception>
    public bool Contains(string name) => PairOf(name).Exists;

    /// <summary>Reads a key.</summary>
    /// <param name="name">1 to 64 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, beginning with a letter or a digit.</param>
    /// <exception cref="KeyException">The name is not one, or the key is missing, unreadable, malformed, open to others, or its halves do not belong together.</exception>
    public SigningKey Open(string name) => Open(name, PairOf(name));

    /// <summary>Makes a new key.</summary>
    /// <inheritdoc cref="Open(string)" path="/param"/>
    /// <exception cref="KeyException">The name is not one, or is taken.</exception>
    /// <exception cref="UnavailableException">The files cannot be written.</exception>
    public SigningKey Create(string name)
    {
        var pair = PairOf(name);
        RefuseUnaskable(name);
        PrivateFile.EnsureFolder(FolderPath);
        var key =
            pair.TryCreate()
            ?? throw new KeyException(
                $"There is a key \"{name}\" already ({pair.PrivatePath}); a key is never replaced",
                $"Choose another name, or use it: --key {name}"
            );
        return new SigningKey(key, name, _source, pair.PrivatePath, isNew: true);
    }

    /// <summary>Reads a key, or makes it where there is none. Of several processes that do so at once one makes it and all end with the same key.</summary>
    /// <inheritdoc cref="Open(string)" path="/param"/>
    /// <exception cref="KeyException">As for <see cref="Open(string)"/>; a key that is there but cannot be used is never replaced by a new one.</exception>
    /// <exception cref="UnavailableException">A new key's files cannot be written.</exception>
    public SigningKey OpenOrCreate(string name)
    {
        var pair = PairOf(name);
        if (!pair.Exists)
        {
            RefuseUnaskable(name);
            PrivateFile.EnsureFolder(FolderPath);
            if (pair.TryCreate() is { } key)
            {
                return new SigningKey(key, name, _source, pair.PrivatePath, isNew: true);
            }
        }

        return Open(name, pair);
    }

    /// <summary>Lists the keys by name, the default one first; one that cannot be used is listed with its trouble.</summary>
    /// <exception cref="KeyException">The folder cannot be read.</exception>
    public IReadOnlyList<KeyListing> List()
    {
        try
        {
            if (!Directory.Exists(FolderPath))
            {
                return [];
            }

            var names = Directory
                .EnumerateFiles(FolderPath, "*" + PrivateEnding)
                .Select(path => Path.GetFileName(path)[..^PrivateEnding.Length])
                .Where(name => NamePattern().IsMatch(name) && name != DefaultName)
                .Order(StringComparer.Ordinal);
            return [.. names.Prepend(DefaultName).Where(Contains).Select(Describe)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyException($"The key folder {FolderPath} cannot be read: {e.Message}");
        }
    }

    private KeyListing Describe(string name)
    {
        var pair = PairOf(name);
        try
        {
            using var key = pair.Read();
            return new KeyListing(
                name,
                key.PublicKey.Hex,
                new DateTimeOffset(File.GetLastWriteTimeUtc(pair.PrivatePath)),
                pair.PrivatePath,
                _source,
                null
            );
        }
        catch (KeyException trouble)
        {
            return new KeyListing(name, null, null, pair.PrivatePath, _source, trouble.Message);
        }
    }

    private SigningKey Open(string name, KeyPair pair)
    {
        if (!pair.Exists)
        {
            throw new KeyException(
                $"There is no key \"{name}\" in {FolderPath}",
                $"hallmark key new {name} makes one",
                "hallmark key list shows the keys that there are"
            );
        }

        var key = pair.Read();
        if (_source == KeySource.Home && pair.PublicPath is { } path && !Path.Exists(path))
        {
            RestorePublicHalf(pair, key);
        }

        return new SigningKey(key, name, _source, pair.PrivatePath);
    }

    private static void RestorePublicHalf(KeyPair pair, Ed25519PrivateKey key)
    {
        try
        {
            pair.RepeatPublicHalf(key.PublicKey);
        }
        catch (UnavailableException)
        {
            // A folder that cannot be written to is no reason not to sign: the public half follows from the private one.
        }
    }

    // Keys of such names that are there already stay, and are listed.
    private static void RefuseUnaskable(string name)
    {
        if (SigningKeys.MeansAnother(name))
        {
            throw new KeyException(
                $"A key named \"{name}\" could not be asked for",
                "A name that ends in .json is taken for a path",
                $"{SigningKeys.ArioMlflowName} is the pair of that program"
            );
        }
    }

    private KeyPair PairOf(string name)
    {
        if (name is null || !NamePattern().IsMatch(name))
        {
            throw new KeyException(
                "That is no name for a key",
                "A name is 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or a digit",
                "A path must contain a '/'"
            );
        }

        return KeyPair.Of(Path.Combine(FolderPath, name == DefaultName ? DefaultPrivateFile : name + PrivateEnding));
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();
}
