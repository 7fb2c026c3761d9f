namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>What the tests of the runner need of others; <c>tools/install-peers.sh</c> brings it.</summary>
internal static class OnnxPeers
{
    public const string Library = "tools/peers/onnxruntime/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1";

    /// <summary>Debian's own Python: another one on the path has not its packages.</summary>
    public const string Python = "/usr/bin/python3";

    public const string OnnxPackage = "/usr/lib/python3/dist-packages/onnx/helper.py";
    public const string SklearnPackage = "/usr/lib/python3/dist-packages/sklearn/linear_model/__init__.py";
}
