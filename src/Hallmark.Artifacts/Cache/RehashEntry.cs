using System.Text;
using System.Text.Json;
using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts.Cache;

/// <summary>A file as it was when it was hashed, and its digest. One line of the cache file.</summary>
internal sealed record RehashEntry(string Path, FileFacts Facts, Digest Digest)
{
    /// <summary>Longest line that is written or read, in bytes.</summary>
    public const int MaxLineLength = 32 * 1024;

    public RehashKey Key => new(Path, Digest.Algorithm);

    /// <summary>The entry as one line of JSON with a check over all of it, so that a damaged line is not taken for another file's.</summary>
    public byte[] ToLine()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("path", Path);
            json.WriteNumber("size", Facts.Size);
            json.WriteNumber("mtime", Facts.ModifiedNanoseconds);
            json.WriteNumber("ctime", Facts.ChangedNanoseconds ?? 0);
            json.WriteNumber("inode", Facts.Inode ?? 0);
            json.WriteNumber("device", Facts.Device ?? 0);
            json.WriteString("digest", Digest.ToString());
            json.WriteString("check", Check());
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads a line; null where it is anything but a whole entry.</summary>
    public static RehashEntry? TryRead(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 2, AllowDuplicateProperties = false });
            var json = document.RootElement;
            if (
                json.GetProperty("path").GetString() is not { } path
                || !Digest.TryParse(json.GetProperty("digest").GetString(), out var digest)
            )
            {
                return null;
            }

            var facts = new FileFacts(
                FileKind.Regular,
                json.GetProperty("size").GetInt64(),
                json.GetProperty("mtime").GetInt64(),
                json.GetProperty("ctime").GetInt64(),
                json.GetProperty("inode").GetUInt64(),
                json.GetProperty("device").GetUInt64()
            );
            var entry = new RehashEntry(path, facts, digest);
            return json.GetProperty("check").GetString() == entry.Check() ? entry : null;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private string Check()
    {
        var text = FormattableString.Invariant(
            $"{Facts.Size}|{Facts.ModifiedNanoseconds}|{Facts.ChangedNanoseconds}|{Facts.Inode}|{Facts.Device}|{Digest}|{Path}"
        );
        return Digest.Compute(DigestAlgorithm.Sha256, Encoding.UTF8.GetBytes(text)).Hex[..16];
    }
}
