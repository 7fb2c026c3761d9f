using System.Text;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>A tensor in this process's own memory, row-major.</summary>
/// <param name="ElementType">The type of its elements.</param>
/// <param name="Shape">Its dimensions, none open.</param>
/// <param name="Bytes">Its elements as the machine has them; empty for texts.</param>
/// <param name="Texts">Its elements where they are texts; else null.</param>
internal sealed record HostTensor(OnnxElementType ElementType, long[] Shape, byte[] Bytes, string[]? Texts)
{
    private const int TextOverheadInBytes = 32;

    /// <summary>Bytes that the library takes for it; a text counts with what it is kept in.</summary>
    public long SizeInBytes => Texts?.Sum(text => (long)Encoding.UTF8.GetByteCount(text) + TextOverheadInBytes) ?? Bytes.Length;

    /// <summary>How many elements there are.</summary>
    public int Count => Texts?.Length ?? Bytes.Length / ElementType.SizeInBytes();
}
