using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>Files of operator attestations (envelope family §14.1, §16).</summary>
public static class AttestationList
{
    /// <summary>Reads a file: a list of records, or an object whose <c>attestations</c> is one.</summary>
    /// <exception cref="BadInputException">It is neither, or an item is no object.</exception>
    public static IReadOnlyList<JsonObject> Read(ReadOnlySpan<byte> utf8)
    {
        if (!StrictJson.TryParse(utf8, out var node, out var refusal, DuplicateNames.KeepLast))
        {
            throw new BadInputException("The attestations are not acceptable JSON: " + refusal.Message, refusal);
        }

        var list = node as JsonArray ?? (node as JsonObject)?["attestations"] as JsonArray;
        return list is not null && list.All(item => item is JsonObject)
            ? [.. list.Select(item => item!.AsObject())] // ! looked at just before
            : throw new BadInputException("The attestations must be a list of records, or an object with such a list as \"attestations\"");
    }

    /// <summary>The records as an export stores them: signatures in lower-case hex, all else as it is.</summary>
    /// <exception cref="BadInputException">A signature is neither hex nor base64url.</exception>
    internal static JsonArray Transcode(IReadOnlyList<JsonObject> attestations)
    {
        var list = new JsonArray();
        foreach (var attestation in attestations)
        {
            var copy = attestation.DeepClone().AsObject();
            copy["signature"] = ToHex(MemberText.Find(copy, "signature"));
            list.Add((JsonNode)copy);
        }

        return list;
    }

    /// <summary>A signature that operators write as hex or as base64url. An even number of hex digits is hex; RSA signatures are too long for the two to be confused.</summary>
    private static string ToHex(string? signature)
    {
        if (signature is { Length: > 0 } && signature.Length % 2 == 0 && signature.All(char.IsAsciiHexDigit))
        {
            return signature.ToLowerInvariant();
        }

        return StrictBase64Url.Decode(signature) is { } bytes
            ? Convert.ToHexStringLower(bytes)
            : throw new BadInputException("An attestation's signature is neither hex nor base64url");
    }
}
