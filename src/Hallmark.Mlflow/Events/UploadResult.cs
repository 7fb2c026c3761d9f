using System.Text.Json.Nodes;

namespace Hallmark.Mlflow.Events;

/// <summary>What an upload of an envelope gave back (mlflow-events.md §8.3).</summary>
/// <param name="TransactionId">43 base64url characters.</param>
/// <param name="Url">Where the upload can be seen.</param>
/// <param name="Receipt">The bundler's answer, or null.</param>
public sealed record UploadResult(string TransactionId, string Url, JsonObject? Receipt);
