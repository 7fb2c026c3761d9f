using System.Text;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Notes;

/// <summary>Each refusal of a note names its reason, and each bound is exactly where the format has it.</summary>
public sealed class NoteRefusalTests
{
    private static readonly NoteSigner Signer = new("log.example/a", Ed25519PrivateKey.FromSeed(new byte[32]));

    [Theory]
    [InlineData("", "no empty line before its signatures")]
    [InlineData("text\n— a AAAAAAA=\n", "no empty line before its signatures")]
    [InlineData("text\n\n— a AAAAAAA=", "no final line feed")]
    [InlineData("text\n\n", "no signature line")]
    [InlineData("te\u001fxt\n\n— a AAAAAAA=\n", "control character")]
    [InlineData("te\rxt\n\n— a AAAAAAA=\n", "control character")]
    [InlineData("text\n\n- a AAAAAAA=\n", "not of the form")]
    [InlineData("text\n\n— a\n", "not of the form")]
    [InlineData("text\n\n— a AAAAAAA= b\n", "not of the form")]
    [InlineData("text\n\n—  AAAAAAA=\n", "not of the form")]
    [InlineData("text\n\n— a+b AAAAAAA=\n", "not of the form")]
    [InlineData("text\n\n— a\u00a0b AAAAAAA=\n", "not of the form")]
    [InlineData("text\n\n— a AAAAAA==\n", "base64 of a key id and a signature")]
    [InlineData("text\n\n— a AAAAAAB=\n", "base64 of a key id and a signature")]
    [InlineData("text\n\n— a AAAA?AA=\n", "base64 of a key id and a signature")]
    public void A_refusal_says_what_is_wrong(string note, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<NoteFormatException>(() => SignedNote.Parse(Encoding.UTF8.GetBytes(note))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_shortest_signature_is_one_byte_behind_the_key_id_and_a_space_is_no_control_character()
    {
        var note = SignedNote.Parse("a text\u007f\n\n— a AQIDBAU=\n"u8.ToArray());
        var line = Assert.Single(note.Signatures);
        Assert.Equal(0x01020304u, line.KeyId);
        Assert.Equal([5], line.Bytes.ToArray());
        Assert.Equal("a text\u007f\n", Encoding.UTF8.GetString(note.Text.Span));
        Assert.Equal("— a AQIDBAU=\n", line.ToLine());
    }

    [Fact]
    public void The_shortest_text_is_a_line_feed()
    {
        var note = SignedNote.Create("\n"u8, Signer.Sign("\n"u8));
        Assert.Equal("\n"u8.ToArray(), note.Text.ToArray());
        Assert.True(note.Verify(Signer.LogKey).IsVerified);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_that_are_not_UTF8_are_refused_in_the_text_and_in_the_signatures(bool inText)
    {
        var note = SignedNote.Create("text\n"u8, Signer.Sign("text\n"u8)).Bytes.ToArray();
        note[inText ? 1 : note.AsSpan().IndexOf("log.example"u8)] = 0xff;
        Assert.Contains("not UTF-8", Assert.Throws<NoteFormatException>(() => SignedNote.Parse(note)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_may_be_a_mebibyte_long_and_not_a_byte_longer()
    {
        var tail = "\n\n— a AQIDBAU=\n"u8.ToArray();
        var longest = SignedNote.Parse((byte[])[.. new string('x', SignedNote.MaxSizeInBytes - tail.Length).Select(c => (byte)c), .. tail]);
        Assert.Equal(1 << 20, longest.Bytes.Length);
        var fault = Assert.Throws<NoteFormatException>(() => SignedNote.Parse((byte[])[(byte)'x', .. longest.Bytes.Span]));
        Assert.Contains("longer than 1048576 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_may_have_1024_signatures_and_not_one_more()
    {
        var most = SignedNote.Parse(Encoding.UTF8.GetBytes("text\n\n" + string.Concat(Enumerable.Repeat("— a AQIDBAU=\n", 1024))));
        Assert.Equal(1024, most.Signatures.Length);
        var fault = Assert.Throws<NoteFormatException>(() => most.With(most.Signatures[0]));
        Assert.Contains("more than 1024 signatures", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_counts_only_for_the_key_of_its_name_and_its_id()
    {
        var text = "text\n"u8.ToArray();
        var line = Signer.Sign(text);
        Assert.True(Signer.LogKey.Verifies(text, line));
        Assert.False(Signer.LogKey.Verifies(text, line with { KeyName = "log.example/b" }));
        Assert.False(Signer.LogKey.Verifies(text, line with { KeyId = line.KeyId ^ 1 }));

        var unknown = SignedNote.Create(text, line with { KeyId = line.KeyId ^ 1 }).Verify(Signer.LogKey);
        Assert.Equal("no known key signed the note", unknown.Fault);
        Assert.Empty(unknown.VerifiedKeys);
        unknown = SignedNote.Create(text, line with { KeyName = "log.example/b" }).Verify(Signer.LogKey);
        Assert.Equal("no known key signed the note", unknown.Fault);
    }

    [Fact]
    public void A_broken_signature_of_a_known_key_refuses_the_note_and_names_the_key()
    {
        var text = "text\n"u8.ToArray();
        var (good, other) = (
            Signer.Sign(text),
            new NoteSigner("other.example", Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]))
        );
        var broken = other.Sign("another text\n"u8);
        var note = SignedNote.Create(text, good, broken);
        Assert.True(note.Verify(Signer.LogKey).IsVerified);
        var result = note.Verify(Signer.LogKey, other.LogKey);
        Assert.False(result.IsVerified);
        Assert.Empty(result.VerifiedKeys);
        Assert.Equal($"the signature of the known key other.example+{other.LogKey.KeyId:x8} does not verify", result.Fault);
    }

    [Fact]
    public void A_verification_without_keys_or_with_a_fault_is_none()
    {
        Assert.False(new NoteVerification(default, null).IsVerified);
        Assert.False(new NoteVerification([], null).IsVerified);
        Assert.False(new NoteVerification([Signer.LogKey], "fault").IsVerified);
        Assert.True(new NoteVerification([Signer.LogKey], null).IsVerified);
    }
}
