namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>The type of a model's input or output, as its graph declares it.</summary>
/// <param name="Kind">Tensor, sequence or map.</param>
/// <param name="ElementType">A tensor's elements, or a map's keys.</param>
/// <param name="Shape">A tensor's dimensions, -1 where one is open; null where the graph does not say, or for a single element: the library shows both alike.</param>
/// <param name="Inner">What a sequence holds, or a map's values.</param>
internal sealed record OnnxType(OnnxValueKind Kind, OnnxElementType ElementType, long[]? Shape, OnnxType? Inner)
{
    /// <summary>True where values of this type can be read here.</summary>
    public bool IsReadable =>
        Kind switch
        {
            OnnxValueKind.Tensor => ElementType.IsSupported(),
            OnnxValueKind.Sequence => Inner is { IsReadable: true },
            OnnxValueKind.Map => ElementType is OnnxElementType.Int64 or OnnxElementType.String
                && Inner is { Kind: OnnxValueKind.Tensor, IsReadable: true },
            _ => false,
        };

    /// <summary>True where values of this type can be handed over here: tensors, and the maps that the library's C interface makes.</summary>
    public bool IsWritable =>
        Kind switch
        {
            OnnxValueKind.Tensor => IsReadable,
            OnnxValueKind.Map => IsReadable
                && Inner
                    is { ElementType: OnnxElementType.Float or OnnxElementType.Double or OnnxElementType.Int64 or OnnxElementType.String },
            _ => false,
        };

    /// <inheritdoc />
    public override string ToString() =>
        Kind switch
        {
            OnnxValueKind.Tensor => $"{ElementType.ProtocolName()} {OnnxShape.Show(Shape)}",
            OnnxValueKind.Sequence => $"sequence of {Inner}",
            OnnxValueKind.Map => $"map of {ElementType.ProtocolName()} to {Inner?.ElementType.ProtocolName()}",
            _ => Kind.ToString(),
        };
}
