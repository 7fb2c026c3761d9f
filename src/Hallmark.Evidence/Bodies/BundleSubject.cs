using System.Text.Json;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Bodies;

/// <summary>What a bundle is about, as text: the ledger's subject keys (<c>model:credit-scorer/3</c>, <c>run:447f…</c>), or <c>event:</c> and an event id.</summary>
public static class BundleSubject
{
    /// <summary>An event by its id.</summary>
    public static string Event(string eventId) => "event:" + eventId;

    /// <summary>True where an envelope speaks of the subject.</summary>
    internal static bool Names(string subject, string? eventId, JsonElement envelope) =>
        (eventId is not null && subject == Event(eventId)) || (FindKey(envelope) is { } key && subject == key);

    private static string? FindKey(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("subject", out var subject) || subject.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var name = Text(subject, "name");
        return Text(subject, "type") switch
        {
            SubjectTypes.Run when Text(subject, "run_id") is { } run => SubjectKeys.Run(run),
            SubjectTypes.ModelVersion when name is not null && Text(subject, "version") is { } version => SubjectKeys.ModelVersion(
                name,
                version
            ),
            SubjectTypes.Dataset when name is not null => SubjectKeys.Dataset(name),
            SubjectTypes.Prediction when Text(subject, "decision_id") is { } decision => SubjectKeys.Prediction(decision),
            _ => null,
        };
    }

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;
}
