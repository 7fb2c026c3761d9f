using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Hallmark.Core.Notes;

/// <summary>A text with signature lines (C2SP signed-note), not yet verified. Keeps the bytes it was read from.</summary>
/// <remarks>Compared by reference.</remarks>
public sealed class SignedNote
{
    /// <summary>A longer note is refused.</summary>
    public const int MaxSizeInBytes = 1 << 20;

    private const int MaxSignatures = 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> text, ImmutableArray<NoteSignature> signatures)
    {
        Bytes = bytes;
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The whole note, as received.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What is signed: the text with its final line feed.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>The signature lines, in their order; unverified.</summary>
    public ImmutableArray<NoteSignature> Signatures { get; }

    /// <summary>Puts a note together.</summary>
    /// <param name="text">The text; ends with a line feed.</param>
    /// <param name="signatures">At least one.</param>
    /// <exception cref="NoteFormatException">The result would not be a note.</exception>
    public static SignedNote Create(ReadOnlySpan<byte> text, params ReadOnlySpan<NoteSignature> signatures)
    {
        var lines = new StringBuilder("\n");
        foreach (var signature in signatures)
        {
            lines.Append(signature.ToLine());
        }

        return Parse((byte[])[.. text, .. Encoding.UTF8.GetBytes(lines.ToString())]);
    }

    /// <summary>Reads a note strictly.</summary>
    /// <exception cref="NoteFormatException">The bytes are not a note; the message says what is wrong.</exception>
    public static SignedNote Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxSizeInBytes)
        {
            throw new NoteFormatException($"the note is longer than {MaxSizeInBytes} bytes");
        }

        foreach (var value in bytes.Span)
        {
            if (value < 0x20 && value != '\n')
            {
                throw new NoteFormatException("the note has a control character other than a line feed");
            }
        }

        // The text may itself have empty lines: the last one separates.
        var separator = bytes.Span.LastIndexOf("\n\n"u8);
        if (separator < 0 || bytes.Span[^1] != '\n')
        {
            throw new NoteFormatException("the note has no empty line before its signatures, or no final line feed");
        }

        string tail;
        try
        {
            _ = StrictUtf8.GetCharCount(bytes.Span[..(separator + 1)]);
            tail = StrictUtf8.GetString(bytes.Span[(separator + 2)..]);
        }
        catch (DecoderFallbackException)
        {
            throw new NoteFormatException("the note is not UTF-8");
        }

        if (tail.Length == 0)
        {
            throw new NoteFormatException("the note has no signature line");
        }

        var lines = tail[..^1].Split('\n');
        if (lines.Length > MaxSignatures)
        {
            throw new NoteFormatException($"the note has more than {MaxSignatures} signatures");
        }

        return new SignedNote(bytes, bytes[..(separator + 1)], [.. lines.Select(ParseSignatureLine)]);
    }

    /// <summary>Verifies the signatures of the keys that are known; others are ignored.</summary>
    public NoteVerification Verify(params IReadOnlyCollection<NoteVerifierKey> knownKeys)
    {
        var verified = ImmutableArray.CreateBuilder<NoteVerifierKey>();
        foreach (var signature in Signatures)
        {
            var key = knownKeys.FirstOrDefault(known => known.Name == signature.KeyName && known.KeyId == signature.KeyId);
            if (key is null)
            {
                continue;
            }

            if (!key.Verifies(Text.Span, signature))
            {
                return new NoteVerification([], $"the signature of the known key {key.Name}+{key.KeyId:x8} does not verify");
            }

            if (!verified.Contains(key))
            {
                verified.Add(key);
            }
        }

        return verified.Count == 0
            ? new NoteVerification([], "no known key signed the note")
            : new NoteVerification(verified.DrainToImmutable(), Fault: null);
    }

    /// <summary>The note with further signature lines at its end; what is there stays byte for byte.</summary>
    public SignedNote With(params ReadOnlySpan<NoteSignature> signatures)
    {
        var lines = new StringBuilder();
        foreach (var signature in signatures)
        {
            lines.Append(signature.ToLine());
        }

        return Parse((byte[])[.. Bytes.Span, .. Encoding.UTF8.GetBytes(lines.ToString())]);
    }

    private static NoteSignature ParseSignatureLine(string line)
    {
        const string Dash = "— ";
        var parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
        if (parts.Length != 2 || !NoteKeyName.IsValid(parts[0]))
        {
            throw new NoteFormatException("a signature line is not of the form \"— name base64\"");
        }

        var blob = new byte[parts[1].Length];
        if (
            !Convert.TryFromBase64String(parts[1], blob, out var length)
            || length < 5
            || Convert.ToBase64String(blob.AsSpan(0, length)) != parts[1]
        )
        {
            throw new NoteFormatException("a signature line does not end with base64 of a key id and a signature");
        }

        return new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(blob), [.. blob.AsSpan(4, length - 4)]);
    }
}
