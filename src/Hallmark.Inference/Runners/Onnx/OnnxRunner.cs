using Hallmark.Inference.Runners.Onnx.Inputs;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Inference.Runners.Onnx.Outputs;

namespace Hallmark.Inference.Runners.Onnx;

/// <summary>An ONNX model that is loaded. It runs on the thread that asks; any number of threads may ask at once.</summary>
internal sealed class OnnxRunner : IModelRunner
{
    /// <summary>The runner's kind.</summary>
    public const string KindName = "onnx";

    private readonly OrtSession _session;
    private readonly InputContract _contract;
    private readonly string _name;

    /// <param name="session">The loaded model; disposed with this.</param>
    /// <param name="contract">What it takes.</param>
    /// <param name="name">Its file, for messages.</param>
    public OnnxRunner(OrtSession session, InputContract contract, string name)
    {
        _session = session;
        _contract = contract;
        _name = name;
        Inputs = [.. session.Inputs.Select(OutputTensors.Describe)];
        Outputs = [.. session.Outputs.Select(OutputTensors.Describe)];
    }

    /// <inheritdoc />
    public string Kind => KindName;

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Inputs { get; }

    /// <inheritdoc />
    public IReadOnlyList<ModelField> Outputs { get; }

    /// <inheritdoc />
    public Task<ModelOutput> RunAsync(ModelInput input, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(Run(input, cancellationToken));
        }
        catch (OperationCanceledException cancelled)
        {
            return Task.FromCanceled<ModelOutput>(cancelled.CancellationToken);
        }
        catch (Exception failure)
        {
            return Task.FromException<ModelOutput>(failure);
        }
    }

    /// <summary>Takes no new runs; the model is let go when the last one under way has ended.</summary>
    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    private ModelOutput Run(ModelInput input, CancellationToken cancellationToken)
    {
        var feeds = FeedBuilder.Build(_contract, input);
        try
        {
            var values = _session.Run(feeds, _contract.MaxElements, _contract.MaxBytes, cancellationToken);
            return new ModelOutput(OutputValue.Read(_session.Outputs, values), OutputTensors.Read(_session.Outputs, values));
        }
        catch (OrtException failure) when (failure.IsOutOfMemory)
        {
            throw new ModelRunException(
                $"{_name} asks for more memory than is left of the {_session.MaxMemoryInBytes} bytes that ONNX models may take here: {OrtMessage.Clean(failure, folder: null)}",
                failure,
                "send fewer rows at a time, or let models take more"
            );
        }
        catch (OrtException failure) when (failure.Code == OrtException.InvalidArgument)
        {
            // What graph and signature do not declare, such as two inputs of one length or an index in range, the operators find.
            throw _contract.Refuse($"the model refuses the input: {OrtMessage.Clean(failure, folder: null)}");
        }
        catch (OrtException failure)
        {
            throw new ModelRunException($"{_name} failed: {OrtMessage.Clean(failure, folder: null)}", failure);
        }
        catch (FormatException failure)
        {
            throw new ModelRunException($"the answer of {_name} cannot be used: {failure.Message}", failure);
        }
    }
}
