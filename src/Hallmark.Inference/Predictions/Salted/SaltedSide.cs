using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Predictions.Salted;

/// <summary>The input or the output of a prediction, committed to field by field under fresh salts.</summary>
/// <remarks>Compared by reference of its lists; not meant to be compared.</remarks>
/// <param name="Commitments">Each field's commitment, by its name: what goes into the record.</param>
/// <param name="Salts">Each field's salt: what stays here, and may be deleted.</param>
public sealed record SaltedSide(JsonObject Commitments, IReadOnlyList<FieldSalt> Salts)
{
    /// <summary>The record's member that holds both sides.</summary>
    public const string Member = "salted";

    /// <summary>What stands in the record for the whole side; without the salts it says nothing of the values.</summary>
    public string Hash => FieldCommitment.HashOf(Commitments);

    /// <summary>Commits to fields.</summary>
    /// <param name="side"><see cref="FieldSalt.Input"/> or <see cref="FieldSalt.Output"/>.</param>
    /// <param name="fields">The fields, each name once.</param>
    /// <exception cref="JsonRejectedException">A name or a value has no canonical form.</exception>
    public static SaltedSide Of(string side, IReadOnlyList<KeyValuePair<string, JsonNode?>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var commitments = new JsonObject();
        var salts = new List<FieldSalt>(fields.Count);
        foreach (var (name, value) in fields)
        {
            var salt = RandomNumberGenerator.GetBytes(FieldSalt.SizeInBytes);
            commitments.Add(name, FieldCommitment.Of(salt, side, name, value));
            salts.Add(new FieldSalt(side, name, salt));
        }

        return new SaltedSide(commitments, salts);
    }
}
