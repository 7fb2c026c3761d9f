using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The member <c>dataset_inputs</c> of a training record (mlflow-events.md §3.5).</summary>
internal static class DatasetMembers
{
    /// <summary>One object for each input, sorted by name, source, context and digest in code point order; equal ones keep MLflow's order.</summary>
    public static JsonArray Build(IEnumerable<DatasetInput> inputs)
    {
        var array = new JsonArray();
        foreach (var input in Sort(inputs))
        {
            array.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = input.Name,
                        ["source"] = input.Source,
                        ["source_type"] = input.SourceType,
                        ["digest"] = input.Digest,
                        ["schema_hash"] = SchemaHash.Of(input.Schema),
                        ["context"] = input.Context,
                    }
            );
        }

        return array;
    }

    private static IEnumerable<DatasetInput> Sort(IEnumerable<DatasetInput> inputs) =>
        inputs
            .OrderBy(input => input.Name, CodePointOrder.Instance)
            .ThenBy(input => input.Source, CodePointOrder.Instance)
            .ThenBy(input => input.Context, CodePointOrder.Instance)
            .ThenBy(input => input.Digest, CodePointOrder.Instance);
}
