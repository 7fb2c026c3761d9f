using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>A kind of runner whose start leaves a file behind: where there is none, nothing of any model has run.</summary>
internal sealed class MarkerRunner(string marker) : IModelRunnerFactory
{
    /// <summary>Called at the start, before the model's files are looked at.</summary>
    public Action<ModelFolder> AtStart { get; set; } = _ => { };

    /// <summary>The model that was started last.</summary>
    public ModelFolder? Started { get; private set; }

    /// <summary>What the files held when they were started.</summary>
    public IReadOnlyDictionary<string, byte[]> Seen { get; private set; } = new Dictionary<string, byte[]>();

    /// <summary>Where the file is.</summary>
    public string Marker => marker;

    public bool HasStarted => File.Exists(marker);

    public string Kind => "marker";

    public bool IsDisposed { get; private set; }

    public Predicate<ModelFolder> Runs { get; set; } = _ => true;

    public bool CanRun(ModelFolder model) => Runs(model);

    public Task<IModelRunner> StartAsync(ModelFolder model, CancellationToken cancellationToken)
    {
        File.WriteAllText(marker, model.Path);
        AtStart(model);
        Started = model;
        Seen = Directory
            .EnumerateFiles(model.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(model.Path, path), File.ReadAllBytes, StringComparer.Ordinal);
        return Task.FromResult<IModelRunner>(new Runner(this));
    }

    private sealed class Runner(MarkerRunner owner) : IModelRunner
    {
        public string Kind => owner.Kind;

        public IReadOnlyList<ModelField> Inputs => [];

        public IReadOnlyList<ModelField> Outputs => [];

        public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken) =>
            Task.FromResult(new ModelOutput(new JsonArray(1), []));

        public ValueTask DisposeAsync()
        {
            owner.IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
