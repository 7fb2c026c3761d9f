using System.Security.Cryptography;

namespace Hallmark.Core.Events;

/// <summary>Event ids of 122 random bits from the operating system: the one place of randomness for ids.</summary>
public sealed class RandomEventIds : IEventIds
{
    /// <inheritdoc />
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
