using System.Collections.Immutable;

namespace Hallmark.Core.Notes;

/// <summary>One signature line of a note, not yet verified.</summary>
/// <param name="KeyName">The key's name as the line says it.</param>
/// <param name="KeyId">The first four bytes, big-endian: tells keys of one name apart.</param>
/// <param name="Bytes">What follows the key id; its form depends on the key's type.</param>
public sealed record NoteSignature(string KeyName, uint KeyId, ImmutableArray<byte> Bytes)
{
    /// <summary>The line as it stands in a note, with its final line feed.</summary>
    public string ToLine()
    {
        var blob = new byte[4 + Bytes.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(blob, KeyId);
        Bytes.CopyTo(blob, 4);
        return $"— {KeyName} {Convert.ToBase64String(blob)}\n";
    }
}
