using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Inference.Runners.Signatures;

/// <summary>What a model takes and gives, as <c>MLmodel</c> says under <c>signature</c> (mlflow.md §5): JSON texts with columns or tensors.</summary>
/// <param name="Inputs">The inputs in their order; empty where the file says nothing.</param>
/// <param name="Outputs">The outputs in their order; empty where the file says nothing.</param>
/// <param name="HasTensorInputs">True where the inputs are tensors, false where they are the columns of a table or unknown.</param>
public sealed record ModelSignature(IReadOnlyList<ModelField> Inputs, IReadOnlyList<ModelField> Outputs, bool HasTensorInputs)
{
    private const int MaxFields = 100_000;
    private const int MaxTextLength = 16 << 20;

    /// <summary>A signature that says nothing.</summary>
    public static ModelSignature None { get; } = new([], [], HasTensorInputs: false);

    /// <summary>Reads the signature of a described model.</summary>
    /// <param name="description">The file <c>MLmodel</c> as JSON, or null.</param>
    /// <exception cref="ModelRunException">There is a signature, and it is none that MLflow writes.</exception>
    public static ModelSignature Read(JsonObject? description)
    {
        if (description?["signature"] is not { } node)
        {
            return None;
        }

        var signature = node as JsonObject ?? throw Malformed("it is not a mapping");
        var inputs = Fields(signature, "inputs");
        var outputs = Fields(signature, "outputs");
        return new ModelSignature(
            [.. inputs.Select(static field => field.Field)],
            [.. outputs.Select(static field => field.Field)],
            inputs.Count > 0 && inputs.All(static field => field.IsTensor)
        );
    }

    private static List<(ModelField Field, bool IsTensor)> Fields(JsonObject signature, string member)
    {
        switch (signature[member])
        {
            case null:
                return [];
            case JsonArray list:
                return Fields(list, member);
            case JsonValue value when value.TryGetValue<string>(out var text) && text.Length <= MaxTextLength:
                try
                {
                    return StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(text)) switch
                    {
                        null => [],
                        JsonArray list => Fields(list, member),
                        _ => throw Malformed($"\"{member}\" is not a list"),
                    };
                }
                catch (JsonRejectedException fault)
                {
                    throw Malformed($"\"{member}\" is not JSON", fault);
                }

            default:
                throw Malformed($"\"{member}\" is not a list");
        }
    }

    private static List<(ModelField Field, bool IsTensor)> Fields(JsonArray list, string member) =>
        list.Count <= MaxFields
            ?
            [
                .. list.Select(node =>
                    SignatureField.Read(node) ?? throw Malformed($"\"{member}\" has an entry that is neither column nor tensor")
                ),
            ]
            : throw Malformed($"\"{member}\" has more than {MaxFields} entries");

    private static ModelRunException Malformed(string why, Exception? cause = null) =>
        new(
            $"the signature in the model's MLmodel cannot be read: {why}",
            cause,
            "log the model again with a signature that MLflow infers"
        );
}
