namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Makes the library's values. The elements are copied, so that nothing of ours must stay where it is.</summary>
internal static unsafe class OrtValueWriter
{
    /// <summary>Makes a tensor or a map; the caller disposes it.</summary>
    /// <exception cref="OrtException">The library refuses, as for lack of memory.</exception>
    public static OrtHandle Write(OrtLibrary library, HostValue value) =>
        value.Tensor is { } tensor ? WriteTensor(library, tensor) : WriteMap(library, value);

    // The library copies keys and values into a map of its own.
    private static OrtHandle WriteMap(OrtLibrary library, HostValue map)
    {
        using var keys = Write(library, map.Items[0]);
        using var values = Write(library, map.Items[1]);
        var parts = stackalloc nint[] { keys.Value, values.Value };
        nint address;
        library.Api.Check(library.Api.CreateValue(parts, 2, (int)OnnxValueKind.Map, &address));
        return new OrtHandle(address, library.Api.ReleaseValue);
    }

    private static OrtHandle WriteTensor(OrtLibrary library, HostTensor tensor)
    {
        var api = library.Api;
        nint address;
        fixed (long* shape = tensor.Shape)
        {
            api.Check(api.CreateTensorAsOrtValue(library.Allocator, shape, (nuint)tensor.Shape.Length, (int)tensor.ElementType, &address));
        }

        var value = new OrtHandle(address, api.ReleaseValue);
        try
        {
            if (tensor.Texts is { } texts)
            {
                WriteTexts(api, value, texts);
            }
            else
            {
                void* elements;
                api.Check(api.GetTensorMutableData(address, &elements));
                tensor.Bytes.CopyTo(new Span<byte>(elements, tensor.Bytes.Length));
            }

            return value;
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }

    private static void WriteTexts(OrtApi api, OrtHandle value, string[] texts)
    {
        var pinned = Array.ConvertAll(texts, NativeText.Pin);
        var addresses = new nint[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            addresses[i] = (nint)NativeText.AddressOf(pinned[i]);
        }

        fixed (nint* first = addresses)
        {
            api.Check(api.FillStringTensor(value.Value, (byte**)first, (nuint)texts.Length));
        }

        GC.KeepAlive(pinned);
    }
}
