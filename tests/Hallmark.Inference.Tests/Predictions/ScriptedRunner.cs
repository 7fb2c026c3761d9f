using Hallmark.Inference.Runners;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>A model that a test writes down, and that says how often it ran.</summary>
internal sealed class ScriptedRunner(Func<ModelInput, ModelOutput> answer) : IModelRunner
{
    private int _runs;

    public int Runs => _runs;

    public string Kind => "scripted";

    public IReadOnlyList<ModelField> Inputs => [];

    public IReadOnlyList<ModelField> Outputs => [];

    /// <summary>Waited for before each answer.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public async Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        await Hold.WaitAsync(cancellationToken);
        return answer(input);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
