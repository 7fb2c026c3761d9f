using System.Text.Json.Nodes;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Events;

/// <summary>The record of a dataset event (mlflow-events.md §4). No context, no caller metadata.</summary>
public static class DatasetPayload
{
    /// <summary>Builds the record.</summary>
    public static JsonObject Build(DatasetInput dataset, bool hallmarkMember)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var payload = new JsonObject
        {
            ["event_type"] = EventTypes.Dataset,
            ["name"] = dataset.Name,
            ["source"] = dataset.Source,
            ["source_type"] = dataset.SourceType,
            ["digest"] = dataset.Digest,
            ["schema_hash"] = SchemaHash.Of(dataset.Schema),
        };
        HallmarkMember.AddTo(payload, hallmarkMember ? new JsonObject { [HallmarkMember.DigestSource] = HallmarkMember.FromMlflow } : null);
        return payload;
    }

    /// <summary>The envelope's subject.</summary>
    public static JsonObject Subject(DatasetInput dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new JsonObject
        {
            ["type"] = SubjectTypes.Dataset,
            ["name"] = dataset.Name,
            ["digest"] = dataset.Digest,
        };
    }
}
