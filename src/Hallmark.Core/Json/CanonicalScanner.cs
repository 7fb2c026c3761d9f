using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace Hallmark.Core.Json;

/// <summary>Reads JSON strictly from UTF-8 and writes its canonical form in the same pass, without a tree in between and without recursion.</summary>
internal ref struct CanonicalScanner
{
    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _source;
    private readonly CanonicalBuffer _buffer;
    private readonly DuplicateNames _duplicates;
    private readonly bool _isAscii;
    private Span<byte> _target;
    private int _position;
    private int _written;

    private CanonicalScanner(ReadOnlySpan<byte> source, CanonicalBuffer buffer, DuplicateNames duplicates, bool isAscii)
    {
        _source = source;
        _buffer = buffer;
        _duplicates = duplicates;
        _isAscii = isAscii;
        _target = buffer.Bytes;
    }

    /// <summary>Reads one JSON text and leaves its canonical form in <paramref name="buffer"/>.</summary>
    /// <param name="source">The text, whole.</param>
    /// <param name="buffer">Empty, with room for the text and <see cref="CanonicalBuffer.Slack"/>.</param>
    /// <param name="duplicates">What to do with repeated names.</param>
    /// <exception cref="JsonRejectedException">The text is refused.</exception>
    internal static void Run(ReadOnlySpan<byte> source, CanonicalBuffer buffer, DuplicateNames duplicates)
    {
        var isAscii = CheckEncoding(source);
        if (source.StartsWith("\uFEFF"u8))
        {
            Refuse(JsonFault.ByteOrderMark, 0);
        }

        var scanner = new CanonicalScanner(source, buffer, duplicates, isAscii);
        scanner.ReadDocument();
        buffer.Length = scanner._written;
    }

    /// <summary>Appends the canonical form of one scalar.</summary>
    /// <param name="source">The scalar's text, whole.</param>
    /// <param name="buffer">Where it is appended.</param>
    /// <exception cref="JsonRejectedException">The text is refused.</exception>
    internal static void AppendScalar(ReadOnlySpan<byte> source, CanonicalBuffer buffer)
    {
        var isAscii = CheckEncoding(source);
        buffer.Reserve(source.Length + CanonicalBuffer.Slack);
        var scanner = new CanonicalScanner(source, buffer, DuplicateNames.Refuse, isAscii) { _written = buffer.Length };
        scanner.ReadValue();
        buffer.Length = scanner._written;
    }

    /// <summary>Whether the text is ASCII throughout; what is not UTF-8 is refused.</summary>
    private static bool CheckEncoding(ReadOnlySpan<byte> source)
    {
        if (Ascii.IsValid(source))
        {
            return true;
        }

        if (!Utf8.IsValid(source))
        {
            Refuse(JsonFault.InvalidUtf8, IndexOfIllFormed(source));
        }

        return false;
    }

    private void ReadDocument()
    {
        do
        {
            ReadValue();
        } while (_buffer.Depth > 0 && ReadSeparators());

        SkipWhiteSpace();
        if (_position < _source.Length)
        {
            Refuse(JsonFault.TrailingBytes, _position);
        }
    }

    /// <summary>Reads a scalar whole, or the opening of a container up to its first value, or an empty container whole.</summary>
    private void ReadValue()
    {
        while (true)
        {
            switch (Next())
            {
                case (byte)'"':
                    ReadString(out _);
                    return;
                case (byte)'{':
                    Open(isObject: true);
                    if (Next() == (byte)'}')
                    {
                        CloseObject();
                        return;
                    }

                    ReadName();
                    continue;
                case (byte)'[':
                    Open(isObject: false);
                    if (Next() == (byte)']')
                    {
                        _buffer.CloseArray();
                        Copy();
                        return;
                    }

                    continue;
                case (byte)'t':
                    ReadLiteral("true"u8);
                    return;
                case (byte)'f':
                    ReadLiteral("false"u8);
                    return;
                case (byte)'n':
                    ReadLiteral("null"u8);
                    return;
                case (byte)'-':
                case >= (byte)'0' and <= (byte)'9':
                    ReadNumber();
                    return;
                default:
                    Refuse(JsonFault.Syntax, _position);
                    return;
            }
        }
    }

    /// <summary>Behind a value: closes containers as far as they end here, and goes on to where the next value begins.</summary>
    /// <returns>False where the outermost container was closed.</returns>
    private bool ReadSeparators()
    {
        while (_buffer.Depth > 0)
        {
            var b = Next();
            if (_buffer.IsInObject)
            {
                _buffer.Length = _written;
                _buffer.EndMember();
                if (b == (byte)',')
                {
                    Copy();
                    if (Next() != (byte)'"')
                    {
                        Refuse(JsonFault.Syntax, _position);
                    }

                    ReadName();
                    return true;
                }

                if (b != (byte)'}')
                {
                    Refuse(JsonFault.Syntax, _position);
                }

                CloseObject();
            }
            else
            {
                if (b == (byte)',')
                {
                    Copy();
                    return true;
                }

                if (b != (byte)']')
                {
                    Refuse(JsonFault.Syntax, _position);
                }

                _buffer.CloseArray();
                Copy();
            }
        }

        return false;
    }

    private void Open(bool isObject)
    {
        if (_buffer.Depth == StrictJson.MaxDepth)
        {
            Refuse(JsonFault.TooDeep, _position);
        }

        Copy();
        _buffer.Length = _written;
        _buffer.Open(isObject);
    }

    private void CloseObject()
    {
        _buffer.Length = _written;
        var repeated = _buffer.CloseObject();
        if (repeated >= 0 && _duplicates == DuplicateNames.Refuse)
        {
            Refuse(JsonFault.DuplicateName, repeated);
        }

        _written = _buffer.Length;
        Copy();
    }

    private void ReadName()
    {
        var origin = _position;
        if (_source[_position] != (byte)'"')
        {
            Refuse(JsonFault.Syntax, _position);
        }

        var start = _written;
        ReadString(out var escapes);
        _buffer.Length = _written;
        // An escape may have become a character beyond ASCII, or stayed an escape.
        var escaped = escapes && _target[start.._written].Contains((byte)'\\');
        if (!_buffer.AddMember(start, escaped, _isAscii && !escapes, origin) && _duplicates == DuplicateNames.Refuse)
        {
            Refuse(JsonFault.DuplicateName, origin);
        }

        if (Next() != (byte)':')
        {
            Refuse(JsonFault.Syntax, _position);
        }

        Copy();
    }

    /// <summary>Copies a string with its quotation marks, its escapes made canonical. There is room: canonical strings are never longer.</summary>
    private void ReadString(out bool escapes)
    {
        var source = _source;
        var target = _target;
        var position = _position;
        var written = _written;
        escapes = false;
        target[written++] = source[position++];
        while (true)
        {
            while (source.Length - position >= Vector128<byte>.Count)
            {
                var block = Vector128.Create(source.Slice(position, Vector128<byte>.Count));
                block.CopyTo(target.Slice(written, Vector128<byte>.Count));
                var special =
                    Vector128.Equals(block, Vector128.Create((byte)'"'))
                    | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                    | Vector128.LessThan(block, Vector128.Create((byte)0x20));
                if (special == Vector128<byte>.Zero)
                {
                    position += Vector128<byte>.Count;
                    written += Vector128<byte>.Count;
                    continue;
                }

                var plain = System.Numerics.BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits());
                position += plain;
                written += plain;
                break;
            }

            if (position >= source.Length)
            {
                Refuse(JsonFault.UnexpectedEnd, source.Length);
            }

            var b = source[position];
            switch (b)
            {
                case (byte)'"':
                    target[written] = b;
                    _position = position + 1;
                    _written = written + 1;
                    return;
                case (byte)'\\':
                    escapes = true;
                    _position = position;
                    written += EscapeReader.Read(source, ref _position, target[written..]);
                    position = _position;
                    break;
                case < 0x20:
                    Refuse(JsonFault.ControlCharacter, position);
                    break;
                default:
                    target[written++] = b;
                    position++;
                    break;
            }
        }
    }

    private void ReadNumber()
    {
        _position += NumberReader.Read(_source, _position, _target[_written..], out var written);
        _written += written;
        // Only numbers can grow. What is still to come must fit as it is.
        if (_target.Length - _written < _source.Length - _position + CanonicalBuffer.Slack)
        {
            _buffer.Length = _written;
            _buffer.Reserve(_source.Length - _position + CanonicalBuffer.Slack);
            _target = _buffer.Bytes;
        }
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal)
    {
        var rest = _source[_position..];
        if (!rest.StartsWith(literal))
        {
            var common = rest.CommonPrefixLength(literal);
            Refuse(common == rest.Length ? JsonFault.UnexpectedEnd : JsonFault.Syntax, _position + common);
        }

        literal.CopyTo(_target[_written..]);
        _position += literal.Length;
        _written += literal.Length;
    }

    /// <summary>Skips white space and shows the byte behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Next()
    {
        if (_position < _source.Length && _source[_position] > 0x20)
        {
            return _source[_position];
        }

        return NextBehindWhiteSpace();
    }

    private byte NextBehindWhiteSpace()
    {
        SkipWhiteSpace();
        if (_position >= _source.Length)
        {
            Refuse(JsonFault.UnexpectedEnd, _source.Length);
        }

        return _source[_position];
    }

    private void SkipWhiteSpace()
    {
        var end = Math.Min(_source.Length, _position + 4);
        while (_position < end)
        {
            if (_source[_position] is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r'))
            {
                return;
            }

            _position++;
        }

        var skipped = _source[_position..].IndexOfAnyExcept(WhiteSpace);
        _position = skipped < 0 ? _source.Length : _position + skipped;
    }

    /// <summary>Copies one structural byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy() => _target[_written++] = _source[_position++];

    private static long IndexOfIllFormed(ReadOnlySpan<byte> source)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(source[position..], out _, out var consumed) == OperationStatus.Done)
        {
            position += consumed;
        }

        return position;
    }

    [DoesNotReturn]
    private static void Refuse(JsonFault fault, long offset) => throw new JsonRejectedException(fault, offset);
}
