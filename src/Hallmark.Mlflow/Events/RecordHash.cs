using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Mlflow.Events;

/// <summary>SHA-256 as the formats write it: 64 lower-case hex digits.</summary>
internal static class RecordHash
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string OfCanonical(JsonNode? value) => Of(CanonicalJson.Canonicalize(value));
}
