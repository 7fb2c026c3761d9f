using Hallmark.Core.Signatures;

namespace Hallmark.Core.Notes;

/// <summary>Signs notes under a name, as a log does or as a witness does.</summary>
public sealed class NoteSigner
{
    private readonly ISigner _signer;

    /// <param name="name">The key's name; a log's origin, or a witness's name.</param>
    /// <param name="signer">The Ed25519 key.</param>
    /// <exception cref="ArgumentException">The name is not a key's name.</exception>
    public NoteSigner(string name, ISigner signer)
    {
        _signer = signer;
        LogKey = NoteVerifierKey.ForEd25519(name, signer.PublicKey);
        WitnessKey = NoteVerifierKey.ForCosignature(name, signer.PublicKey);
    }

    /// <summary>Verifies what <see cref="Sign"/> makes.</summary>
    public NoteVerifierKey LogKey { get; }

    /// <summary>Verifies what <see cref="Cosign"/> makes.</summary>
    public NoteVerifierKey WitnessKey { get; }

    /// <summary>Reads the text of Go's signing keys, <c>PRIVATE+KEY+name+id+base64</c>.</summary>
    /// <param name="text">The text; a secret.</param>
    /// <exception cref="NoteFormatException">The text is no such key; the message does not repeat it.</exception>
    public static NoteSigner ParsePrivateKey(string text)
    {
        const string Prefix = "PRIVATE+KEY+";
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split('+', 3) : [];
        Span<byte> blob = stackalloc byte[64];
        if (
            parts.Length != 3
            || !NoteKeyName.IsValid(parts[0])
            || !Convert.TryFromBase64String(parts[2], blob, out var length)
            || length != 33
            || blob[0] != (byte)NoteKeyType.Ed25519
        )
        {
            throw new NoteFormatException("not a note signing key of the form PRIVATE+KEY+name+id+base64");
        }

        var signer = new NoteSigner(parts[0], Ed25519PrivateKey.FromSeed(blob[1..33]));
        blob.Clear();
        return $"{signer.LogKey.KeyId:x8}" == parts[1]
            ? signer
            : throw new NoteFormatException("the note signing key's id does not fit its key");
    }

    /// <summary>Signs a text as its author.</summary>
    /// <param name="text">The note's text, with its final line feed.</param>
    public NoteSignature Sign(ReadOnlySpan<byte> text)
    {
        var signature = new byte[64];
        _signer.Sign(text, signature);
        return new NoteSignature(LogKey.Name, LogKey.KeyId, [.. signature]);
    }

    /// <summary>Cosigns a checkpoint as a witness.</summary>
    /// <param name="text">The checkpoint's text, with its final line feed.</param>
    /// <param name="time">When; to the second, after 1970.</param>
    public NoteSignature Cosign(ReadOnlySpan<byte> text, DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds, nameof(time));
        var signature = new byte[64];
        _signer.Sign(Cosignature.SignedBytes(seconds, text), signature);
        return new NoteSignature(WitnessKey.Name, WitnessKey.KeyId, new Cosignature(seconds, [.. signature]).ToBytes());
    }
}
