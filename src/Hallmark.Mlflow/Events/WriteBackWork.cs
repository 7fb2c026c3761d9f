using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Events;

/// <summary>Everything that one event leaves in MLflow, as one piece of outbox work: tags and files with their full content, so that it can be done without anything else.</summary>
/// <param name="TrackingUri">Which store, without credentials.</param>
/// <param name="EventId">Which event.</param>
/// <param name="Steps">What to write, in order.</param>
public sealed record WriteBackWork(string TrackingUri, string EventId, IReadOnlyList<WriteBackStep> Steps)
{
    /// <summary>What the <see cref="OutboxWork.Kind"/> begins with, and the whole kind in the outbox of an earlier version.</summary>
    public const string Kind = "mlflow.write-back";

    /// <summary>The outbox takes no more.</summary>
    public const int MaxSizeInBytes = 16 * 1024 * 1024;

    /// <summary>The kind of work of one store: each is worked for by itself.</summary>
    /// <param name="trackingUri">Which store, without credentials.</param>
    public static string KindOf(string trackingUri) => StoreKind.Of(Kind, trackingUri);

    /// <summary>True where work of this kind is of this sort, whatever the store.</summary>
    public static bool IsKind(string kind) => StoreKind.Is(Kind, kind);

    /// <summary>The work as the outbox keeps it.</summary>
    /// <exception cref="BadInputException">It is larger than <see cref="MaxSizeInBytes"/>: the record names hundreds of thousands of files.</exception>
    public OutboxWork ToOutbox()
    {
        var steps = new JsonArray();
        foreach (var step in Steps)
        {
            var entry = new JsonObject { ["target"] = step.Target.ToString(), ["id"] = step.Id };
            if (step.Version is not null)
            {
                entry["version"] = step.Version;
            }

            entry["key"] = step.Key;
            if (step.Target is WriteBackTarget.RunArtifact)
            {
                entry["content_base64"] = Convert.ToBase64String(step.Content.Span);
            }
            else
            {
                entry["value"] = step.Text;
            }

            if (step.IsOptional)
            {
                entry["optional"] = true;
            }

            steps.Add((JsonNode)entry);
        }

        var body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["tracking_uri"] = TrackingUri,
                ["event_id"] = EventId,
                ["steps"] = steps,
            }.ToJsonString()
        );
        return body.Length <= MaxSizeInBytes
            ? new OutboxWork(KindOf(TrackingUri), body)
            : throw new BadInputException(
                $"the record of event {EventId} is too large to be written back to MLflow ({body.Length:N0} bytes; at most {MaxSizeInBytes:N0})",
                "record a folder with fewer files"
            );
    }

    /// <summary>Reads work back.</summary>
    /// <exception cref="BadInputException">The body is not what <see cref="ToOutbox"/> writes.</exception>
    public static WriteBackWork FromOutbox(OutboxWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            var body = JsonNode.Parse(work.Body.Span)!.AsObject(); // a null body ends in the catch below
            var steps = body["steps"]!.AsArray().Select(entry => ReadStep(entry!.AsObject())).ToList(); // likewise
            return new WriteBackWork(Required(body, "tracking_uri"), Required(body, "event_id"), steps);
        }
        catch (Exception failure)
            when (failure
                    is System.Text.Json.JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or ArgumentException
                        or FormatException
            )
        {
            throw new BadInputException(
                "the outbox holds write-back work that cannot be read",
                failure,
                "it was written by another version of hallmark, or the database was changed by hand"
            );
        }
    }

    private static WriteBackStep ReadStep(JsonObject entry)
    {
        var target = Enum.Parse<WriteBackTarget>(Required(entry, "target"));
        return new WriteBackStep
        {
            Target = target,
            Id = Required(entry, "id"),
            Version = (string?)entry["version"],
            Key = Required(entry, "key"),
            Content =
                target is WriteBackTarget.RunArtifact
                    ? Convert.FromBase64String(Required(entry, "content_base64"))
                    : Encoding.UTF8.GetBytes(Required(entry, "value")),
            IsOptional = (bool?)entry["optional"] ?? false,
        };
    }

    // A missing member ends in the caller's catch, like one of another kind.
    private static string Required(JsonObject members, string name) =>
        (string?)members[name] ?? throw new FormatException($"there is no {name}");
}
