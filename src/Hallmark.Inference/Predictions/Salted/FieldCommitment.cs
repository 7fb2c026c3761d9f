using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Predictions.Salted;

/// <summary>
/// The commitment to one field: HMAC-SHA-256 under the field's salt over <c>hallmark/salted-field/v1</c>, a newline, and the canonical JSON of [side, name, value]. See
/// docs/formats/predictions.md.
/// </summary>
public static class FieldCommitment
{
    /// <summary>The commitment, 64 lower-case hex digits.</summary>
    /// <param name="salt">The field's salt.</param>
    /// <param name="side"><see cref="FieldSalt.Input"/> or <see cref="FieldSalt.Output"/>.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="JsonRejectedException">Name or value have no canonical form.</exception>
    public static string Of(ReadOnlySpan<byte> salt, string side, string field, JsonNode? value)
    {
        using var writer = new CanonicalJsonWriter();
        var message = writer.StartArray().Text(side).Text(field).Node(value).EndArray().ToArray();
        return Convert.ToHexStringLower(HMACSHA256.HashData(salt, [.. "hallmark/salted-field/v1\n"u8, .. message]));
    }

    /// <summary>The hash that stands in the record for a whole side: SHA-256 of the canonical JSON of <c>{"salted": {name: commitment}}</c>, 64 lower-case hex digits.</summary>
    public static string HashOf(JsonObject commitments)
    {
        using var writer = new CanonicalJsonWriter();
        return Convert.ToHexStringLower(SHA256.HashData(writer.StartObject().Name("salted").Node(commitments).EndObject().ToArray()));
    }
}
