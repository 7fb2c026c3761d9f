using System.Collections.Frozen;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>What is known of each type of element.</summary>
internal static class OnnxElementTypes
{
    private static readonly FrozenDictionary<string, OnnxElementType> ByName = Enum.GetValues<OnnxElementType>()
        .Where(IsSupported)
        .ToFrozenDictionary(ProtocolName, StringComparer.Ordinal);

    /// <summary>True for the types that are read and written here: all but complex numbers and those of less than a byte.</summary>
    public static bool IsSupported(this OnnxElementType type) => type.SizeInBytes() > 0 || type == OnnxElementType.String;

    /// <summary>Bytes of one element; 0 for texts and for types that are not supported.</summary>
    public static int SizeInBytes(this OnnxElementType type) =>
        type switch
        {
            OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Bool => 1,
            OnnxElementType.UInt16 or OnnxElementType.Int16 or OnnxElementType.Float16 or OnnxElementType.BFloat16 => 2,
            OnnxElementType.Float or OnnxElementType.Int32 or OnnxElementType.UInt32 => 4,
            OnnxElementType.Double or OnnxElementType.Int64 or OnnxElementType.UInt64 => 8,
            _ => 0,
        };

    /// <summary>The type's name in the Open Inference Protocol (and <c>BF16</c>, as Triton adds it).</summary>
    public static string ProtocolName(this OnnxElementType type) =>
        type switch
        {
            OnnxElementType.Float => "FP32",
            OnnxElementType.Double => "FP64",
            OnnxElementType.Float16 => "FP16",
            OnnxElementType.BFloat16 => "BF16",
            OnnxElementType.String => "BYTES",
            OnnxElementType.Bool => "BOOL",
            OnnxElementType.Int8 => "INT8",
            OnnxElementType.Int16 => "INT16",
            OnnxElementType.Int32 => "INT32",
            OnnxElementType.Int64 => "INT64",
            OnnxElementType.UInt8 => "UINT8",
            OnnxElementType.UInt16 => "UINT16",
            OnnxElementType.UInt32 => "UINT32",
            OnnxElementType.UInt64 => "UINT64",
            _ => $"type {(int)type}",
        };

    /// <summary>The type of a name as <see cref="ProtocolName"/> gives it; null for a name that is none.</summary>
    public static OnnxElementType? FindByProtocolName(string name) => ByName.TryGetValue(name, out var type) ? type : null;
}
