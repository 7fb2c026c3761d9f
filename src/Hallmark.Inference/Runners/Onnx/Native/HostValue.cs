namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>A value of the library's, copied into this process's own memory; or one that is still to be made.</summary>
/// <param name="Kind">Which of the others is set.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Items">What the sequence holds; or a map's keys and values, two tensors of one dimension.</param>
internal sealed record HostValue(OnnxValueKind Kind, HostTensor? Tensor, IReadOnlyList<HostValue> Items)
{
    // A node of the tree that the library keeps a map in.
    private const int EntryOverheadInBytes = 64;

    /// <summary>Bytes that the library takes for it; an entry of a map counts with what it is kept in.</summary>
    public long SizeInBytes =>
        Tensor?.SizeInBytes
        ?? Items.Sum(item => item.SizeInBytes) + (Kind == OnnxValueKind.Map ? (Items[0].Tensor?.Count ?? 0) * EntryOverheadInBytes : 0);

    /// <summary>A tensor as a value.</summary>
    public static HostValue Of(HostTensor tensor) => new(OnnxValueKind.Tensor, tensor, []);

    /// <summary>A map.</summary>
    /// <param name="keys">Its keys, each once; one dimension.</param>
    /// <param name="values">Their values in the same order; as many.</param>
    public static HostValue OfMap(HostTensor keys, HostTensor values) => new(OnnxValueKind.Map, null, [Of(keys), Of(values)]);
}
