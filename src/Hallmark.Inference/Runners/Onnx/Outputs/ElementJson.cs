using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners.Onnx.Native;

namespace Hallmark.Inference.Runners.Onnx.Outputs;

/// <summary>Elements of tensors as JSON values.</summary>
internal static class ElementJson
{
    /// <summary>
    /// One element. Numbers of single and half precision are widened, so that they are hashed as the doubles that they are (mlflow-events.md §7.1). NaN and infinities stay what
    /// they are: values in memory can be, and who writes them as JSON says how.
    /// </summary>
    public static JsonNode Read(HostTensor tensor, int index) =>
        tensor.ElementType switch
        {
            OnnxElementType.String => JsonValue.Create(tensor.Texts![index]), // tensors of this type have texts
            OnnxElementType.Bool => JsonValue.Create(tensor.Bytes[index] != 0),
            OnnxElementType.Float => JsonValue.Create((double)At<float>(tensor, index)),
            OnnxElementType.Double => JsonValue.Create(At<double>(tensor, index)),
            OnnxElementType.Float16 => JsonValue.Create((double)At<Half>(tensor, index)),
            OnnxElementType.BFloat16 => JsonValue.Create((double)BFloat16Bits.ToSingle(At<ushort>(tensor, index))),
            OnnxElementType.UInt64 => Natural(At<ulong>(tensor, index)),
            _ => JsonValue.Create(ReadInteger(tensor, index)),
        };

    /// <summary>One element as a name: a key of a map.</summary>
    public static string ReadName(HostTensor tensor, int index) =>
        tensor.Texts is { } texts ? texts[index] : At<long>(tensor, index).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static long ReadInteger(HostTensor tensor, int index) =>
        tensor.ElementType switch
        {
            OnnxElementType.UInt8 => tensor.Bytes[index],
            OnnxElementType.Int8 => At<sbyte>(tensor, index),
            OnnxElementType.UInt16 => At<ushort>(tensor, index),
            OnnxElementType.Int16 => At<short>(tensor, index),
            OnnxElementType.Int32 => At<int>(tensor, index),
            OnnxElementType.UInt32 => At<uint>(tensor, index),
            OnnxElementType.Int64 => At<long>(tensor, index),
            _ => throw new FormatException($"elements of the type {tensor.ElementType} cannot be read"),
        };

    private static JsonValue Natural(ulong number) => number <= long.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number);

    private static T At<T>(HostTensor tensor, int index)
        where T : struct => MemoryMarshal.Cast<byte, T>(tensor.Bytes)[index];
}
