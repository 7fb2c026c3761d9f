using System.Buffers;
using System.Text.Json.Nodes;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Json;

/// <summary>
/// Writes canonical JSON piece by piece. Members may come in any order; they stand sorted in the result. Not for several threads at once.
/// </summary>
/// <remarks>
/// Every method throws <see cref="InvalidOperationException"/> where its piece cannot stand (a value without a name in an object, a second value at the
/// top), and <see cref="JsonRejectedException"/> for what has no canonical form: NaN, infinities, integers outside ±(2⁵³−1), lone surrogates, repeated
/// names (found at the latest when the object ends), the 129th nested container. After an exception the writer is of no further use.
/// </remarks>
public sealed class CanonicalJsonWriter : IDisposable
{
    private CanonicalBuffer? _buffer = CanonicalBuffer.Rent(1024);
    private bool _nameWritten;

    /// <summary>Opens an object.</summary>
    public CanonicalJsonWriter StartObject()
    {
        CanonicalValues.Open(BeforeValue(), isObject: true);
        return this;
    }

    /// <summary>Closes the innermost object.</summary>
    public CanonicalJsonWriter EndObject()
    {
        var buffer = Open;
        if (!buffer.IsInObject || _nameWritten)
        {
            throw new InvalidOperationException("No object can end here.");
        }

        CanonicalValues.CloseObject(buffer);
        return AfterValue(buffer);
    }

    /// <summary>Opens an array.</summary>
    public CanonicalJsonWriter StartArray()
    {
        CanonicalValues.Open(BeforeValue(), isObject: false);
        return this;
    }

    /// <summary>Closes the innermost array.</summary>
    public CanonicalJsonWriter EndArray()
    {
        var buffer = Open;
        if (buffer.IsInObject || buffer.Depth == 0)
        {
            throw new InvalidOperationException("No array can end here.");
        }

        CanonicalValues.CloseArray(buffer);
        return AfterValue(buffer);
    }

    /// <summary>Writes the name of the next member.</summary>
    public CanonicalJsonWriter Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var buffer = Open;
        if (!buffer.IsInObject || _nameWritten)
        {
            throw new InvalidOperationException("No name can stand here.");
        }

        CanonicalValues.WriteName(buffer, name);
        _nameWritten = true;
        return this;
    }

    /// <summary>Writes a string, or <c>null</c>.</summary>
    public CanonicalJsonWriter Text(string? value)
    {
        if (value is null)
        {
            return Null();
        }

        var buffer = BeforeValue();
        CanonicalValues.WriteString(buffer, value);
        return AfterValue(buffer);
    }

    /// <summary>Writes a number.</summary>
    public CanonicalJsonWriter Number(double value)
    {
        var buffer = BeforeValue();
        CanonicalValues.WriteNumber(buffer, value);
        return AfterValue(buffer);
    }

    /// <summary>Writes an integer within ±(2⁵³−1).</summary>
    public CanonicalJsonWriter Number(long value)
    {
        var buffer = BeforeValue();
        CanonicalValues.WriteInteger(buffer, value);
        return AfterValue(buffer);
    }

    /// <summary>Writes <c>true</c> or <c>false</c>.</summary>
    public CanonicalJsonWriter Boolean(bool value)
    {
        var buffer = BeforeValue();
        CanonicalValues.WriteRaw(buffer, value ? "true"u8 : "false"u8);
        return AfterValue(buffer);
    }

    /// <summary>Writes <c>null</c>.</summary>
    public CanonicalJsonWriter Null()
    {
        var buffer = BeforeValue();
        CanonicalValues.WriteRaw(buffer, "null"u8);
        return AfterValue(buffer);
    }

    /// <summary>Writes a whole value.</summary>
    public CanonicalJsonWriter Node(JsonNode? value)
    {
        var buffer = BeforeValue();
        try
        {
            NodeWriter.Write(value, buffer);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // A tree that a looser reader built finds its repeated or ill-formed names only when they are looked at.
            throw new JsonRejectedException(JsonFault.Syntax, -1);
        }

        return AfterValue(buffer);
    }

    /// <summary>Writes a value that is canonical already, such as another writer's finished text. It is not read: the caller vouches for it.</summary>
    public CanonicalJsonWriter Canonical(ReadOnlySpan<byte> canonical)
    {
        var buffer = BeforeValue();
        CanonicalValues.WriteRaw(buffer, canonical);
        return AfterValue(buffer);
    }

    /// <summary>The finished text.</summary>
    /// <exception cref="InvalidOperationException">Nothing was written yet, or a container is still open.</exception>
    public byte[] ToArray() => Finished.ToArray();

    /// <summary>The SHA-256 of the finished text, 64 lower-case hex digits.</summary>
    /// <exception cref="InvalidOperationException">Nothing was written yet, or a container is still open.</exception>
    public string Sha256Hex() => Sha256.HashHex(Finished);

    /// <summary>Writes the finished text to a destination.</summary>
    /// <exception cref="InvalidOperationException">Nothing was written yet, or a container is still open.</exception>
    public void CopyTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(Finished);
    }

    /// <summary>Gives the writer's memory back.</summary>
    public void Dispose()
    {
        _buffer?.Return();
        _buffer = null;
    }

    private CanonicalBuffer Open => _buffer ?? throw new ObjectDisposedException(nameof(CanonicalJsonWriter));

    private ReadOnlySpan<byte> Finished =>
        Open is { Length: > 0, Depth: 0 } buffer ? buffer.Written : throw new InvalidOperationException("The value is not finished.");

    private CanonicalBuffer BeforeValue()
    {
        var buffer = Open;
        if (buffer.Depth == 0 ? buffer.Length > 0 : buffer.IsInObject != _nameWritten)
        {
            throw new InvalidOperationException("No value can stand here.");
        }

        if (buffer.Depth > 0 && !buffer.IsInObject)
        {
            CanonicalValues.WriteComma(buffer);
        }

        _nameWritten = false;
        return buffer;
    }

    private CanonicalJsonWriter AfterValue(CanonicalBuffer buffer)
    {
        if (buffer.IsInObject)
        {
            buffer.EndMember();
        }

        return this;
    }
}
