namespace Hallmark.Inference.Runners;

/// <summary>Starts one kind of runner. A new kind is a new class.</summary>
public interface IModelRunnerFactory
{
    /// <summary>The kind, as in <see cref="IModelRunner.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>Whether it can run this model, by its description and the names of its files. Nothing of the model is executed.</summary>
    bool CanRun(ModelFolder model);

    /// <summary>Starts a runner on the verified bytes. Called only after every check has passed.</summary>
    /// <exception cref="ModelRunException">The model does not start.</exception>
    Task<IModelRunner> StartAsync(ModelFolder model, CancellationToken cancellationToken);
}
