using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Onnx.Files;
using Hallmark.Inference.Runners.Onnx.Inputs;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Onnx;

/// <summary>
/// Runs ONNX models in this process, by ONNX Runtime's shared library on the processor. Taken are models whose <c>MLmodel</c> has the flavor <c>onnx</c>, and folders without
/// <c>MLmodel</c> that hold one <c>.onnx</c> file.
/// </summary>
/// <param name="options">Library, threads and bounds.</param>
public sealed class OnnxRunnerFactory(OnnxOptions options) : IModelRunnerFactory
{
    /// <inheritdoc />
    public string Kind => OnnxRunner.KindName;

    /// <inheritdoc />
    public bool CanRun(ModelFolder model) => OnnxModelFile.IsIn(model);

    /// <inheritdoc />
    /// <exception cref="UnavailableException">ONNX Runtime is not here.</exception>
    public Task<IModelRunner> StartAsync(ModelFolder model, CancellationToken cancellationToken)
    {
        // The file is looked through, and the library compiles the graph: off the caller's thread.
        return Task.Run<IModelRunner>(() => Start(model), cancellationToken);
    }

    private OnnxRunner Start(ModelFolder model)
    {
        var file = OnnxModelFile.Locate(model);
        var name = Path.GetRelativePath(model.Path, file);
        var signature = ModelSignature.Read(model.Description);
        CheckDataFiles(file, name);
        var library = OrtLibrary.Load(options.LibraryPath, options.MaxMemoryInBytes);
        try
        {
            var session = OrtSession.Open(library, file, options.Threads);
            try
            {
                CheckTypes(session, name);
                CheckOutputs(session, name);
                return new OnnxRunner(
                    session,
                    new InputContract(session.Inputs, signature, options.MaxElements, options.MaxTensorsInBytes),
                    name
                );
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (OrtException failure)
        {
            throw new ModelRunException(
                $"{name} cannot be loaded as an ONNX model: {OrtMessage.Clean(failure, model.Path)}",
                failure,
                $"ONNX Runtime here is {library.Version}; a model with newer operators needs a newer one"
            );
        }
    }

    private static void CheckDataFiles(string file, string name)
    {
        try
        {
            var outside = OnnxDataFiles
                .List(file)
                .FirstOrDefault(named => OnnxModelFile.FindInside(Path.GetDirectoryName(file) ?? "", named) is null);
            if (outside is not null)
            {
                throw new ModelRunException(
                    $"{name} keeps tensors in {OnnxModelFile.Quote(outside)}, which is no file beside it",
                    null,
                    "only files of the verified folder are loaded"
                );
            }
        }
        catch (FormatException failure)
        {
            throw new ModelRunException($"{name} is no ONNX model: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ModelRunException($"{name} cannot be read", failure);
        }
    }

    // What is declared outright is known before the first run asks for it; open dimensions count once.
    private void CheckOutputs(OrtSession session, string name)
    {
        var declared = session.Outputs.Sum(output =>
            output.Type.Kind is OnnxValueKind.Tensor
                ? (decimal)Math.Max(output.Type.ElementType.SizeInBytes(), 1)
                    * (output.Type.Shape ?? []).Aggregate(1m, (product, dimension) => Math.Min(product, 1L << 40) * Math.Max(dimension, 1))
                : 0
        );
        if (declared > options.MaxTensorsInBytes)
        {
            throw new ModelRunException(
                $"{name} declares outputs of {declared} bytes and more; at most {options.MaxTensorsInBytes} are read",
                null
            );
        }
    }

    private static void CheckTypes(OrtSession session, string name)
    {
        var input = session.Inputs.FirstOrDefault(input => !input.Type.IsWritable);
        if (input is not null)
        {
            throw new ModelRunException($"{name} takes what cannot be handed over here: {input}", null);
        }

        var output = session.Outputs.FirstOrDefault(output => !output.Type.IsReadable);
        if (output is not null)
        {
            throw new ModelRunException($"{name} gives what cannot be read here: {output}", null);
        }
    }
}
