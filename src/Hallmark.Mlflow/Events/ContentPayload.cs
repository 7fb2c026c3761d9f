using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Mlflow.Events;

/// <summary>The record of a dataset's or a file's own bytes (<c>hallmark/v1</c>, event types <c>dataset_content</c> and <c>file_anchored</c>).</summary>
internal static class ContentPayload
{
    public static EventDraft Draft(ContentFacts facts, RecordOptions options)
    {
        var payload = new JsonObject
        {
            ["event_type"] = facts.IsDataset ? EventTypes.DatasetContent : EventTypes.FileAnchored,
            ["name"] = facts.Name,
            ["kind"] = facts.IsFolder ? "folder" : "file",
            ["digest"] = facts.Digest,
            ["files"] = FilesOf(facts),
            ["file_count"] = facts.Checksums.Count,
            ["size_bytes"] = facts.SizeInBytes,
        };
        CallerMembers.Merge(payload, options);
        return new EventDraft
        {
            Payload = payload,
            Subject = new JsonObject
            {
                ["type"] = SubjectTypes.Content,
                ["name"] = facts.Name,
                ["digest"] = facts.Digest,
            },
            SubjectKey = facts.IsDataset ? SubjectKeys.Dataset(facts.Name) : SubjectKeys.File(facts.Name),
            Profile = SpecVersion.Hallmark,
        };
    }

    public static JsonObject FilesOf(ContentFacts facts)
    {
        var files = new JsonObject();
        foreach (var (path, hash) in facts.Checksums)
        {
            files[path] = hash;
        }

        return files;
    }
}
