namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Reads the library's descriptions of types.</summary>
internal static unsafe class OrtTypeReader
{
    private const int MaxDepth = 8;

    /// <summary>Reads an <c>OrtTypeInfo</c>.</summary>
    /// <exception cref="OrtException">The library refuses.</exception>
    public static OnnxType Read(OrtApi api, nint typeInfo, int depth = 0)
    {
        int kind;
        api.Check(api.GetOnnxTypeFromTypeInfo(typeInfo, &kind));
        nint part;
        switch ((OnnxValueKind)kind)
        {
            case OnnxValueKind.Tensor:
                api.Check(api.CastTypeInfoToTensorInfo(typeInfo, &part));
                return ReadTensor(api, part);
            case OnnxValueKind.Sequence when depth < MaxDepth:
                api.Check(api.CastTypeInfoToSequenceTypeInfo(typeInfo, &part));
                nint held;
                api.Check(api.GetSequenceElementType(part, &held));
                return new OnnxType(OnnxValueKind.Sequence, OnnxElementType.Undefined, null, ReadOwned(api, held, depth));
            case OnnxValueKind.Map when depth < MaxDepth:
                api.Check(api.CastTypeInfoToMapTypeInfo(typeInfo, &part));
                int key;
                api.Check(api.GetMapKeyType(part, &key));
                nint value;
                api.Check(api.GetMapValueType(part, &value));
                return new OnnxType(OnnxValueKind.Map, (OnnxElementType)key, null, ReadOwned(api, value, depth));
            default:
                return new OnnxType((OnnxValueKind)kind, OnnxElementType.Undefined, null, null);
        }
    }

    /// <summary>Reads an <c>OrtTensorTypeAndShapeInfo</c>. Without dimensions, its shape is null.</summary>
    public static OnnxType ReadTensor(OrtApi api, nint info)
    {
        int element;
        api.Check(api.GetTensorElementType(info, &element));
        nuint rank;
        api.Check(api.GetDimensionsCount(info, &rank));
        if (rank == 0)
        {
            return new OnnxType(OnnxValueKind.Tensor, (OnnxElementType)element, null, null);
        }

        var shape = new long[(int)rank];
        fixed (long* dimensions = shape)
        {
            api.Check(api.GetDimensions(info, dimensions, rank));
        }

        return new OnnxType(OnnxValueKind.Tensor, (OnnxElementType)element, shape, null);
    }

    private static OnnxType ReadOwned(OrtApi api, nint typeInfo, int depth)
    {
        using var handle = new OrtHandle(typeInfo, api.ReleaseTypeInfo);
        return Read(api, handle.Value, depth + 1);
    }
}
