using System.Text;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Copies the library's values into this process's own memory.</summary>
/// <param name="library">The library that they are of.</param>
/// <param name="maxElements">Most elements in all that one reader copies.</param>
/// <param name="maxBytes">Most bytes of them.</param>
internal sealed unsafe class OrtValueReader(OrtLibrary library, int maxElements, long maxBytes)
{
    private const int MaxDepth = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly OrtApi _api = library.Api;
    private int _taken;
    private long _takenBytes;

    /// <summary>Copies one value with all that is in it.</summary>
    /// <exception cref="OrtException">The library refuses.</exception>
    /// <exception cref="FormatException">The value is of a kind or type that is not read here, or larger than allowed, or a text is not UTF-8.</exception>
    public HostValue Read(nint value, int depth = 0)
    {
        int kind;
        _api.Check(_api.GetValueType(value, &kind));
        return (OnnxValueKind)kind switch
        {
            OnnxValueKind.Tensor => new HostValue(OnnxValueKind.Tensor, ReadTensor(value), []),
            OnnxValueKind.Sequence or OnnxValueKind.Map when depth < MaxDepth => new HostValue(
                (OnnxValueKind)kind,
                null,
                ReadItems(value, depth)
            ),
            _ => throw new FormatException($"a value of the kind {(OnnxValueKind)kind} cannot be read"),
        };
    }

    private HostValue[] ReadItems(nint value, int depth)
    {
        nuint count;
        _api.Check(_api.GetValueCount(value, &count));
        Take(count);
        var items = new HostValue[(int)count];
        for (var i = 0; i < items.Length; i++)
        {
            nint address;
            _api.Check(_api.GetValue(value, i, library.Allocator, &address));
            using var item = new OrtHandle(address, _api.ReleaseValue);
            items[i] = Read(address, depth + 1);
        }

        return items;
    }

    private HostTensor ReadTensor(nint value)
    {
        nint info;
        _api.Check(_api.GetTensorTypeAndShape(value, &info));
        using var handle = new OrtHandle(info, _api.ReleaseTensorTypeAndShapeInfo);
        var type = OrtTypeReader.ReadTensor(_api, info);
        if (!type.ElementType.IsSupported())
        {
            throw new FormatException($"elements of the type {type.ElementType} cannot be read");
        }

        var shape = type.Shape ?? [];
        var count = OnnxShape.CountElements(shape, maxElements) ?? throw TooLarge();
        Take((nuint)count);
        if (type.ElementType == OnnxElementType.String)
        {
            return new HostTensor(type.ElementType, shape, [], ReadTexts(value, count));
        }

        TakeBytes((long)count * type.ElementType.SizeInBytes());
        var bytes = new byte[count * type.ElementType.SizeInBytes()];
        void* elements;
        _api.Check(_api.GetTensorMutableData(value, &elements));
        new ReadOnlySpan<byte>(elements, bytes.Length).CopyTo(bytes);
        return new HostTensor(type.ElementType, shape, bytes, null);
    }

    private string[] ReadTexts(nint value, int count)
    {
        if (count == 0)
        {
            return [];
        }

        nuint length;
        _api.Check(_api.GetStringTensorDataLength(value, &length));
        if (length > int.MaxValue / 2)
        {
            throw TooLarge();
        }

        TakeBytes((long)length);

        // One byte more than needed, so that the address is never null.
        var content = new byte[(int)length + 1];
        var offsets = new nuint[count + 1];
        offsets[count] = length;
        fixed (byte* first = content)
        fixed (nuint* firstOffset = offsets)
        {
            _api.Check(_api.GetStringTensorContent(value, first, length, firstOffset, (nuint)count));
        }

        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            try
            {
                texts[i] = StrictUtf8.GetString(content, (int)offsets[i], (int)(offsets[i + 1] - offsets[i]));
            }
            catch (ArgumentException failure)
            {
                throw new FormatException("a text is not UTF-8", failure);
            }
        }

        return texts;
    }

    private void Take(nuint count)
    {
        if (count > (nuint)(maxElements - _taken))
        {
            throw TooLarge();
        }

        _taken += (int)count;
    }

    private void TakeBytes(long count)
    {
        _takenBytes += count;
        if (_takenBytes > maxBytes)
        {
            throw new FormatException($"the outputs have more than {maxBytes} bytes");
        }
    }

    private FormatException TooLarge() => new($"the outputs have more than {maxElements} elements");
}
