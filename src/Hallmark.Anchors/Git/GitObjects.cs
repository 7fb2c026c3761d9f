using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hallmark.Anchors.Git;

/// <summary>Git's objects as bytes: their ids, and what points where in them.</summary>
internal static class GitObjects
{
    /// <summary>An object's id: the hash of its kind, length and bytes.</summary>
    /// <param name="kind"><c>blob</c>, <c>tree</c> or <c>commit</c>.</param>
    /// <param name="bytes">The object's content.</param>
    /// <param name="idLength">40 for a repository of SHA-1, 64 for one of SHA-256.</param>
    public static string Hash(string kind, ReadOnlySpan<byte> bytes, int idLength)
    {
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {bytes.Length}\0"));
#pragma warning disable CA5350 // git's own hash: what is proven with it is that the commit is the one that git names so; the content is bound by SHA-256 beside it
        using var hash =
            idLength == 64 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(header);
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>True for an id as git writes it.</summary>
    public static bool IsId(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The tree that a commit holds; null where it is no commit.</summary>
    public static string? FindTree(ReadOnlySpan<byte> commit, int idLength)
    {
        var prefix = "tree "u8;
        return commit.Length > prefix.Length + idLength && commit.StartsWith(prefix) && commit[prefix.Length + idLength] == (byte)'\n'
            ? Encoding.ASCII.GetString(commit.Slice(prefix.Length, idLength))
            : null;
    }

    /// <summary>What a tree holds under a name; null where it holds nothing, or is no tree.</summary>
    public static string? FindEntry(ReadOnlySpan<byte> tree, string name, int idLength)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        while (!tree.IsEmpty)
        {
            var space = tree.IndexOf((byte)' ');
            var zero = tree.IndexOf((byte)0);
            if (space < 0 || zero < space || tree.Length - zero - 1 < idLength / 2)
            {
                return null;
            }

            var id = tree.Slice(zero + 1, idLength / 2);
            if (tree[(space + 1)..zero].SequenceEqual(wanted))
            {
                return Convert.ToHexStringLower(id);
            }

            tree = tree[(zero + 1 + id.Length)..];
        }

        return null;
    }
}
