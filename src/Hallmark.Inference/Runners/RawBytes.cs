using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>What stands for bytes that are not read: their type, their number and their hash.</summary>
public static class RawBytes
{
    /// <summary>Describes bytes: <c>{"length", "media_type", "sha256"}</c>, the hash 64 lower-case hex digits.</summary>
    /// <param name="contentType">Their type as the sender says, or null.</param>
    /// <param name="bytes">The bytes.</param>
    public static JsonObject Describe(string? contentType, ReadOnlySpan<byte> bytes) =>
        new()
        {
            ["length"] = bytes.Length,
            ["media_type"] = contentType,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
}
