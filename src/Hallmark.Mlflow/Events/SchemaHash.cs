using System.Text;
using Hallmark.Core.Json;

namespace Hallmark.Mlflow.Events;

/// <summary>The member <c>schema_hash</c> (mlflow-events.md §3.6): commits to a dataset's schema without disclosing it.</summary>
public static class SchemaHash
{
    /// <summary>Empty for no schema; the hash of the canonical value where the text is JSON; else of the text's UTF-8 bytes.</summary>
    public static string Of(string? schema)
    {
        if (string.IsNullOrEmpty(schema))
        {
            return "";
        }

        var text = Encoding.UTF8.GetBytes(schema);
        try
        {
            // The original's parser keeps the last of two members of one name.
            return RecordHash.Of(CanonicalJson.Canonicalize(text, DuplicateNames.KeepLast));
        }
        catch (JsonRejectedException)
        {
            return RecordHash.Of(text);
        }
    }
}
