using System.Text.Json;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>The ids that stand in a fixture's <c>ids.json</c>.</summary>
internal sealed class FixtureIds
{
    private readonly JsonElement _root;

    private FixtureIds(JsonElement root) => _root = root;

    public static FixtureIds Of(string version, string store)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(ProjectFiles.TestData($"mlflow/{version}/{store}/ids.json")));
        return new FixtureIds(document.RootElement.Clone());
    }

    public IReadOnlyDictionary<string, string> Runs => Texts("runs");

    public IReadOnlyDictionary<string, string> Traces => Texts("traces");

    public string Run(string name) => Runs[name];

    public string? LoggedModel(string name) => _root.GetProperty("logged_models").GetProperty(name).GetProperty("model_id").GetString();

    private Dictionary<string, string> Texts(string name) =>
        _root.GetProperty(name).EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetString()!, StringComparer.Ordinal);
}
