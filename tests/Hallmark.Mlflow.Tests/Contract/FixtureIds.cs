using System.Text.Json;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>The ids that MLflow gave to what the fixtures' script logged: <c>ids.json</c> beside each store.</summary>
public sealed class FixtureIds
{
    private readonly JsonElement _ids;

    /// <param name="fixture">Version and store, such as <c>3.6/file</c>.</param>
    public FixtureIds(string fixture)
    {
        Folder = ProjectFiles.TestData("mlflow/" + fixture);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "ids.json")));
        _ids = document.RootElement.Clone();
    }

    public string Folder { get; }

    public bool IsMlflow3 => _ids.GetProperty("mlflow_version").GetString()!.StartsWith("3.", StringComparison.Ordinal);

    public bool HasPrompt => _ids.TryGetProperty("prompt", out _);

    public string Experiment => _ids.GetProperty("experiment_id").GetString()!;

    public string ScratchExperiment => _ids.GetProperty("scratch_experiment_id").GetString()!;

    public string? ExternalModel => _ids.TryGetProperty("external_model_id", out var id) ? id.GetString() : null;

    public IReadOnlyDictionary<string, string> Runs => Texts(_ids.GetProperty("runs"));

    public IReadOnlyDictionary<string, string> Traces => Texts(_ids.GetProperty("traces"));

    public string Run(string name) => Runs[name];

    public string? LoggedModel(string name) => _ids.GetProperty("logged_models").GetProperty(name).GetProperty("model_id").GetString();

    /// <summary>source, run_id, stage or download_uri of a version of <c>iris-classifier</c>.</summary>
    public string Version(string version, string field) =>
        _ids.GetProperty("versions").GetProperty(version).GetProperty(field).GetString()!;

    private static Dictionary<string, string> Texts(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString()!);
}
