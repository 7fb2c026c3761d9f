using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Takes JSON values as the elements of a tensor.</summary>
/// <param name="type">The tensor's type; one that is supported.</param>
/// <param name="count">How many elements it has.</param>
internal sealed class TensorBuilder(OnnxElementType type, int count)
{
    private readonly byte[] _bytes = new byte[count * type.SizeInBytes()];
    private readonly string[]? _texts = type == OnnxElementType.String ? new string[count] : null;

    /// <summary>One element of a signature's type, to be set again and again; null for columns of lists and objects, which have no dimensions and are left to the graph.</summary>
    public static TensorBuilder? CheckOf(ModelField field) =>
        field.Shape is not null && OnnxElementTypes.FindByProtocolName(field.DataType) is { } type ? new TensorBuilder(type, 1) : null;

    /// <summary>Sets an element.</summary>
    /// <returns>False where the value is of another type, or does not fit this one.</returns>
    public bool TrySet(int index, JsonNode? value, bool isCsv)
    {
        switch (type)
        {
            case OnnxElementType.String:
                var isText = ElementValue.TryReadText(value, out var text);
                _texts![index] = text; // made in the constructor for this type
                return isText;
            case OnnxElementType.Bool:
                var isFlag = ElementValue.TryReadBoolean(value, isCsv, out var flag);
                _bytes[index] = flag ? (byte)1 : (byte)0;
                return isFlag;
            case OnnxElementType.Float or OnnxElementType.Double or OnnxElementType.Float16 or OnnxElementType.BFloat16:
                return ElementValue.TryReadDouble(value, isCsv, out var real) && TrySetReal(index, real);
            case OnnxElementType.UInt64:
                return ElementValue.TryReadUnsigned(value, isCsv, out Elements<ulong>()[index]);
            default:
                return ElementValue.TryReadInteger(value, isCsv, out var integer) && TrySetInteger(index, integer);
        }
    }

    /// <summary>The tensor. Nothing may be set afterwards.</summary>
    /// <param name="shape">Its dimensions, whose product is the count.</param>
    public HostTensor Build(long[] shape) => new(type, shape, _bytes, _texts);

    private bool TrySetReal(int index, double real)
    {
        switch (type)
        {
            case OnnxElementType.Double:
                Elements<double>()[index] = real;
                return true;
            case OnnxElementType.Float:
                return float.IsFinite(Elements<float>()[index] = (float)real);
            case OnnxElementType.Float16:
                return Half.IsFinite(Elements<Half>()[index] = (Half)real);
            default:
                var bits = BFloat16Bits.Of((float)real);
                Elements<ushort>()[index] = bits;
                return float.IsFinite(BFloat16Bits.ToSingle(bits));
        }
    }

    private bool TrySetInteger(int index, long integer)
    {
        switch (type)
        {
            case OnnxElementType.Int64:
                Elements<long>()[index] = integer;
                return true;
            case OnnxElementType.Int32 when integer is >= int.MinValue and <= int.MaxValue:
                Elements<int>()[index] = (int)integer;
                return true;
            case OnnxElementType.Int16 when integer is >= short.MinValue and <= short.MaxValue:
                Elements<short>()[index] = (short)integer;
                return true;
            case OnnxElementType.Int8 when integer is >= sbyte.MinValue and <= sbyte.MaxValue:
                Elements<sbyte>()[index] = (sbyte)integer;
                return true;
            case OnnxElementType.UInt32 when integer is >= 0 and <= uint.MaxValue:
                Elements<uint>()[index] = (uint)integer;
                return true;
            case OnnxElementType.UInt16 when integer is >= 0 and <= ushort.MaxValue:
                Elements<ushort>()[index] = (ushort)integer;
                return true;
            case OnnxElementType.UInt8 when integer is >= 0 and <= byte.MaxValue:
                _bytes[index] = (byte)integer;
                return true;
            default:
                return false;
        }
    }

    private Span<T> Elements<T>()
        where T : struct => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan());
}
