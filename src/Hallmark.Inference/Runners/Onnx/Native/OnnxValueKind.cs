namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Kinds of values, by the numbers of <c>ONNXType</c>.</summary>
internal enum OnnxValueKind
{
    Unknown = 0,
    Tensor = 1,
    Sequence = 2,
    Map = 3,
    Opaque = 4,
    SparseTensor = 5,
    Optional = 6,
}
