using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>Starts scoring processes: <c>mlflow models serve</c> for every model with the flavor <c>python_function</c>, or a command of the user's for any model.</summary>
public sealed class ScoringProcessRunnerFactory : IModelRunnerFactory
{
    private readonly ScoringProcessOptions _options;
    private readonly ScoringCommand _command;
    private readonly TimeProvider _time;

    /// <param name="options">The command, and how it is watched.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BadInputException">The command is none, does not take the model, or does not say where to listen.</exception>
    public ScoringProcessRunnerFactory(ScoringProcessOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _command = ScoringCommand.Parse(options.Command ?? ScoringProcessOptions.DefaultCommand);
        _time = time;
    }

    /// <inheritdoc />
    public string Kind => ScoringProcessRunner.KindName;

    /// <inheritdoc />
    public bool CanRun(ModelFolder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _options.Command is not null || (model.Description?["flavors"] as JsonObject)?["python_function"] is JsonObject;
    }

    /// <inheritdoc />
    public async Task<IModelRunner> StartAsync(ModelFolder model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var signature = ModelSignature.Read(model.Description);
        var folder = Directory.CreateTempSubdirectory("hallmark-scoring-").FullName;
        var plan = new ScoringChildPlan(model, signature, _command, folder, _options, _time);
        try
        {
            return await ScoringProcessRunner.StartAsync(plan, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            plan.RemoveFolder();
            throw;
        }
    }
}
