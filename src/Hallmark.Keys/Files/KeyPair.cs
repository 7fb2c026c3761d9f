using System.Security.Cryptography;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Files;

namespace Hallmark.Keys.Files;

/// <summary>The two files of one key. The private file is the key: the public one only repeats what follows from it.</summary>
/// <param name="PrivatePath"><c>{"seed": …}</c>.</param>
/// <param name="PublicPath"><c>{"key": …}</c>, or null where the private file's name says nothing of another.</param>
internal sealed record KeyPair(string PrivatePath, string? PublicPath)
{
    /// <summary>The pair of a private file: <c>…private.json</c> goes with <c>…public.json</c>.</summary>
    public static KeyPair Of(string privatePath)
    {
        const string Ending = "private.json";
        return new KeyPair(
            privatePath,
            privatePath.EndsWith(Ending, StringComparison.Ordinal)
                ? string.Concat(privatePath.AsSpan(0, privatePath.Length - Ending.Length), "public.json")
                : null
        );
    }

    /// <summary>Whether there is a private file, even a broken link to one: its name is taken.</summary>
    public bool Exists => NewFile.IsTaken(PrivatePath);

    /// <summary>Makes a new key where none is.</summary>
    /// <returns>Null where the name is taken; nothing was touched then.</returns>
    /// <exception cref="UnavailableException">The files cannot be written.</exception>
    public Ed25519PrivateKey? TryCreate()
    {
        var seed = GC.AllocateArray<byte>(KeyFileText.ValueSize, pinned: true);
        byte[] text = [];
        try
        {
            RandomNumberGenerator.Fill(seed);
            text = KeyFileText.Write("seed", seed);
            if (!PrivateFile.TryCreate(PrivatePath, text))
            {
                return null;
            }

            return Open(seed, RepeatPublicHalf);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Reads the key and holds the public file, where there is one, against it.</summary>
    /// <exception cref="KeyException">A file is missing, unreadable, malformed or open to others, or the halves do not belong together.</exception>
    public Ed25519PrivateKey Read()
    {
        var text = PrivateFile.Read(PrivatePath);
        Span<byte> seed = stackalloc byte[KeyFileText.ValueSize];
        try
        {
            if (!KeyFileText.TryRead(text, "seed", seed))
            {
                throw new KeyException(
                    $"{PrivatePath} is no private key file",
                    "It must be {\"seed\": \"<base64 of 32 bytes>\"}",
                    "The file was left as it is; restore it from a backup"
                );
            }

            return Open(seed, CheckPublicHalf);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Writes the public file where it is missing, as after a crash between the two files.</summary>
    /// <exception cref="UnavailableException">The file cannot be written.</exception>
    public void RepeatPublicHalf(Ed25519PublicKey key)
    {
        if (PublicPath is { } path)
        {
            _ = PrivateFile.TryCreate(path, KeyFileText.Write("key", key.Bytes));
        }
    }

    // Gives no key away, and leaves none in memory, whose public half is not as it should be.
    private static Ed25519PrivateKey Open(ReadOnlySpan<byte> seed, Action<Ed25519PublicKey> settlePublicHalf)
    {
        var key = Ed25519PrivateKey.FromSeed(seed);
        try
        {
            settlePublicHalf(key.PublicKey);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private void CheckPublicHalf(Ed25519PublicKey key)
    {
        if (PublicPath is not { } path || !Path.Exists(path))
        {
            return;
        }

        Span<byte> stored = stackalloc byte[KeyFileText.ValueSize];
        if (!KeyFileText.TryRead(PrivateFile.ReadPublic(path), "key", stored))
        {
            throw new KeyException($"{path} is no public key file", "It must be {\"key\": \"<base64 of 32 bytes>\"}");
        }

        if (!stored.SequenceEqual(key.Bytes))
        {
            throw new KeyException(
                $"The public key file {path} ({Convert.ToHexStringLower(stored)}) does not belong to {PrivatePath} ({key.Hex})",
                "One of the two was replaced: find out which before anything is signed"
            );
        }
    }
}
