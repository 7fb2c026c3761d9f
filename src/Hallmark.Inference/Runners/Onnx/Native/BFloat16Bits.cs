namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>The upper half of a single-precision number, as ONNX's BFLOAT16 has it.</summary>
internal static class BFloat16Bits
{
    /// <summary>The nearest one; ties to even. No number becomes infinite unless it is beyond the largest.</summary>
    /// <param name="number">Not NaN.</param>
    public static ushort Of(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsFinite(number) ? (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16) : (ushort)(bits >> 16);
    }

    /// <summary>The same number as a single.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
