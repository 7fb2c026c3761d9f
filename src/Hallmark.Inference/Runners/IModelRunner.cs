namespace Hallmark.Inference.Runners;

/// <summary>A started model that answers inputs. Made by an <see cref="IModelRunnerFactory"/> from bytes that were verified. Safe for use by several threads.</summary>
public interface IModelRunner : IAsyncDisposable
{
    /// <summary>What kind of runner it is, for records and pages: <c>onnx</c>, <c>process</c>, <c>remote</c>.</summary>
    string Kind { get; }

    /// <summary>The inputs that the model takes, as far as it says.</summary>
    IReadOnlyList<ModelField> Inputs { get; }

    /// <summary>The outputs that the model gives, as far as it says.</summary>
    IReadOnlyList<ModelField> Outputs { get; }

    /// <summary>False while what runs the model is gone and every prediction is refused; it may come back by itself.</summary>
    bool IsReady => true;

    /// <summary>True where a request can be handed on as it came (<see cref="ModelInput.Raw"/>), and the answer is then given as it came (<see cref="ModelOutput.Raw"/>).</summary>
    bool HandsOnBytes => false;

    /// <summary>Runs the model once.</summary>
    /// <exception cref="ModelInputException">The input does not fit the model.</exception>
    /// <exception cref="ModelRunException">The model failed, or answered what is no answer.</exception>
    /// <exception cref="ForwardedRefusalException">A server that the request was handed on to refused it.</exception>
    /// <exception cref="Core.Failures.UnavailableException">What runs the model cannot be reached now.</exception>
    Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken);
}
