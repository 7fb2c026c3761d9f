using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>The variable that names the library, which this test changes for all of this process.</summary>
[Collection(AloneCollection.Name)]
public sealed class OnnxVariableTests
{
    [PeerFact(OnnxPeers.Library)]
    public void The_variable_names_the_library_where_the_options_do_not()
    {
        var before = Environment.GetEnvironmentVariable(OrtLibrary.Variable);
        try
        {
            Environment.SetEnvironmentVariable(OrtLibrary.Variable, OnnxModels.Options.LibraryPath);
            Assert.Same(
                OrtLibrary.Load(OnnxModels.Options.LibraryPath, OnnxModels.Options.MaxMemoryInBytes),
                OrtLibrary.Load(null, OnnxModels.Options.MaxMemoryInBytes)
            );
            Environment.SetEnvironmentVariable(OrtLibrary.Variable, "/nowhere/libonnxruntime.so");
            Assert.Equal(
                "there is no ONNX Runtime at /nowhere/libonnxruntime.so",
                Assert.Throws<UnavailableException>(() => OrtLibrary.Load(null, OnnxModels.Options.MaxMemoryInBytes)).Message
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable(OrtLibrary.Variable, before);
        }
    }
}
