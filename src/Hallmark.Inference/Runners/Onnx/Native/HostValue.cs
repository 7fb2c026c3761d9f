namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>A value of the library's, copied into this process's own memory.</summary>
/// <param name="Kind">Which of the others is set.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Items">What the sequence holds; or a map's keys and values, two tensors of one dimension.</param>
internal sealed record HostValue(OnnxValueKind Kind, HostTensor? Tensor, IReadOnlyList<HostValue> Items);
