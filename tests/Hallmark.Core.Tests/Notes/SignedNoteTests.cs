using System.Text;
using System.Text.Json;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Notes;

/// <summary>Notes and keys written with golang.org/x/mod/sumdb/note: testdata/tlog/generated.</summary>
public sealed class SignedNoteTests
{
    [Fact]
    public void Notes_of_the_go_library_are_accepted_and_refused_as_it_does()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("tlog/generated/signed-notes.json")));
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            var id = vector.GetProperty("id").GetString();
            var keys = vector.GetProperty("knownVkeys").EnumerateArray().Select(key => NoteVerifierKey.Parse(key.GetString()!)).ToArray();
            var (note, verification) = Read(Encoding.UTF8.GetBytes(vector.GetProperty("note").GetString()!), keys);
            Assert.True(verification.IsVerified == (vector.GetProperty("expect").GetString() == "accept"), id);
            if (verification.IsVerified)
            {
                Assert.Equal(vector.GetProperty("text").GetString(), Encoding.UTF8.GetString(note!.Text.Span));
                Assert.Equal(
                    vector.GetProperty("verifiedKeyNames").EnumerateArray().Select(name => name.GetString()),
                    verification.VerifiedKeys.Select(key => key.Name)
                );
            }
            else
            {
                Assert.NotNull(verification.Fault);
            }
        }
    }

    [Fact]
    public void Verifier_keys_are_read_strictly_and_written_back_the_same()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("tlog/generated/vkeys.json")));
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            var text = vector.GetProperty("vkey").GetString();
            var isRead = NoteVerifierKey.TryParse(text, out var key);
            Assert.True(isRead == (vector.GetProperty("expect").GetString() == "accept"), text);
            if (key is not null)
            {
                Assert.Equal(text, key.ToString());
                Assert.Equal(vector.GetProperty("name").GetString(), key.Name);
                Assert.Equal(vector.GetProperty("keyId").GetString(), $"{key.KeyId:x8}");
            }
        }
    }

    [Theory]
    [InlineData("example.com/log+90EA6478+AW/QXJKtmJS/pMvpP6iVVHoc36FFaF1W2mLuDncLkdqk")]
    [InlineData("example.com/log+90ea6478+AW/QXJKtmJS/pMvpP6iVVHoc36FFaF1W2mLuDncLkdql")]
    [InlineData("example.com/log+90ea6478+CW/QXJKtmJS/pMvpP6iVVHoc36FFaF1W2mLuDncLkdqk")]
    [InlineData("other.com/log+90ea6478+AW/QXJKtmJS/pMvpP6iVVHoc36FFaF1W2mLuDncLkdqk")]
    public void A_key_whose_id_does_not_fit_its_name_type_and_bytes_is_refused(string text) =>
        Assert.Throws<NoteFormatException>(() => NoteVerifierKey.Parse(text));

    [Fact]
    public void The_example_of_the_specification_verifies()
    {
        var key = NoteVerifierKey.Parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        var note = SignedNote.Parse(
            Encoding.UTF8.GetBytes(
                "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
            )
        );
        Assert.True(note.Verify(key).IsVerified);
    }

    [Fact]
    public void A_deployed_witness_s_cosignature_verifies_and_breaks_with_its_time()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("tlog/generated/cosignature-v1.json")));
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(document.RootElement.GetProperty("note").GetString()!));
        var log = NoteVerifierKey.Parse(document.RootElement.GetProperty("logVkey").GetString()!);
        var witness = NoteVerifierKey.Parse(document.RootElement.GetProperty("cosignatureVkey").GetString()!);
        Assert.Equal(NoteKeyType.CosignatureV1, witness.Type);
        Assert.Equal([log, witness], note.Verify(log, witness).VerifiedKeys.ToArray());

        var line = note.Signatures[1];
        var later = line with { Bytes = line.Bytes.SetItem(7, (byte)(line.Bytes[7] ^ 1)) };
        Assert.False(witness.Verifies(note.Text.Span, later));
        Assert.False(witness.Verifies(note.Text.Span, line with { Bytes = line.Bytes[..71] }));
        Assert.False(Cosignature.TryRead(line with { Bytes = [.. new byte[8], .. line.Bytes[8..]] }, out _));
    }

    [Fact]
    public void What_is_signed_and_cosigned_here_verifies_and_one_changed_byte_does_not()
    {
        var log = new NoteSigner("log.example/a", Ed25519PrivateKey.FromSeed(new byte[32]));
        var witness = new NoteSigner("witness.example/w", Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)7, 32)]));
        var text = "log.example/a\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"u8.ToArray();
        var note = SignedNote.Create(text, log.Sign(text)).With(witness.Cosign(text, DateTimeOffset.FromUnixTimeSeconds(1_795_000_000)));
        Assert.True(note.Verify(log.LogKey, witness.WitnessKey).IsVerified);
        Assert.Equal(2, note.Verify(log.LogKey, witness.WitnessKey).VerifiedKeys.Length);

        for (var i = 0; i < text.Length; i++)
        {
            var bytes = note.Bytes.ToArray();
            bytes[i] ^= 1;
            Assert.False(Read(bytes, [log.LogKey, witness.WitnessKey]).Verification.IsVerified);
        }
    }

    [Fact]
    public void A_log_key_s_signature_does_not_count_as_a_cosignature_of_the_same_key()
    {
        var signer = new NoteSigner("both.example", Ed25519PrivateKey.FromSeed(new byte[32]));
        Assert.NotEqual(signer.LogKey.KeyId, signer.WitnessKey.KeyId);
        var note = SignedNote.Create("text\n"u8, signer.Sign("text\n"u8));
        Assert.False(note.Verify(signer.WitnessKey).IsVerified);
    }

    [Fact]
    public void A_go_signing_key_signs_the_same_and_a_broken_one_is_refused_without_being_repeated()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("tlog/generated/log/log.json")));
        var secret = document.RootElement.GetProperty("skey").GetString()!;
        var signer = NoteSigner.ParsePrivateKey(secret);
        Assert.Equal(document.RootElement.GetProperty("vkey").GetString(), signer.LogKey.ToString());
        foreach (var file in Directory.GetFiles(ProjectFiles.TestData("tlog/generated/log/checkpoints")))
        {
            var note = SignedNote.Parse(File.ReadAllBytes(file));
            Assert.Equal(note.Bytes.ToArray(), SignedNote.Create(note.Text.Span, signer.Sign(note.Text.Span)).Bytes.ToArray());
        }

        var broken = secret.Replace("2357892e", "2357892f", StringComparison.Ordinal);
        var fault = Assert.Throws<NoteFormatException>(() => NoteSigner.ParsePrivateKey(broken));
        Assert.DoesNotContain(secret[^44..], fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_of_a_megabyte_and_more_is_refused_before_it_is_read() =>
        Assert.Throws<NoteFormatException>(() => SignedNote.Parse(new byte[SignedNote.MaxSizeInBytes + 1]));

    private static (SignedNote? Note, NoteVerification Verification) Read(byte[] bytes, NoteVerifierKey[] keys)
    {
        try
        {
            var note = SignedNote.Parse(bytes);
            return (note, note.Verify(keys));
        }
        catch (NoteFormatException refusal)
        {
            return (null, new NoteVerification([], refusal.Message));
        }
    }
}
