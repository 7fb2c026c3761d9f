using System.Text;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Notes;

/// <summary>Signing keys as Go's tools write them (specs/tlog.md §5), member by member, and the times that a witness may sign.</summary>
public sealed class NoteSignerTests
{
    private const string Name = "log.example/signer";
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly NoteSigner Signer = new(Name, Ed25519PrivateKey.FromSeed(Seed));

    [Fact]
    public void A_key_that_was_written_as_Go_writes_it_signs_under_its_name_and_id()
    {
        var read = NoteSigner.ParsePrivateKey(Text());
        Assert.Equal(Signer.LogKey, read.LogKey);
        Assert.Equal(Signer.WitnessKey, read.WitnessKey);
        Assert.NotEqual(read.LogKey.KeyId, read.WitnessKey.KeyId); // the type is part of the id

        var text = "text\n"u8.ToArray();
        var note = SignedNote.Create(text, read.Sign(text));
        Assert.Equal([Signer.LogKey], note.Verify(Signer.LogKey).VerifiedKeys.AsEnumerable());
        Assert.False(note.Verify(Signer.WitnessKey).IsVerified);
    }

    [Fact]
    public void Every_part_of_a_keys_text_must_be_there_and_fit()
    {
        var good = Text().Split('+');
        Assert.Equal(5, good.Length);
        string[] wrong =
        [
            "",
            "PRIVATE+KEY+",
            string.Join('+', good[..4]),
            string.Join('+', good[1..]),
            Text(prefix: "PRIVATE+KEYS+"),
            Text(prefix: "private+key+"),
            Text(prefix: " PRIVATE+KEY+"),
            Text(name: ""),
            Text(name: "two words"),
            Text(id: "00000000"),
            Text(id: good[3].ToUpperInvariant()),
            Text(id: good[3][1..]),
            Text(id: ""),
            Text(blob: [0x01, .. Seed[1..]]),
            Text(blob: [0x01, .. Seed, 0]),
            Text(blob: [0x02, .. Seed]),
            Text(blob: [0x04, .. Seed]),
            Text(blob: []),
            Text(blob: new byte[80]),
            Text(name: "log.example/other"), // a sound key under another name has another id
            Text()[..^1],
            Text()[..^2] + "!=",
        ];
        foreach (var text in wrong)
        {
            var refusal = Assert.Throws<NoteFormatException>(() => NoteSigner.ParsePrivateKey(text));
            Assert.DoesNotContain(Convert.ToBase64String([0x01, .. Seed])[..8], refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(999)] // the second 0, for the parts of a second are cut off
    [InlineData(-62_135_596_800_000)] // the first moment there is
    public void Nobody_cosigns_before_the_first_second_of_1970_is_over(long milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Signer.Cosign("text\n"u8, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)));

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(1_999, 1)]
    [InlineData(1_772_366_400_123, 1_772_366_400)]
    [InlineData(253_402_300_799_999, 253_402_300_799)] // the last moment there is
    public void A_cosignature_has_its_time_to_the_second_and_signs_it(long milliseconds, long seconds)
    {
        var text = "text\n"u8.ToArray();
        var line = Signer.Cosign(text, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToOffset(TimeSpan.FromHours(-5)));
        Assert.True(Cosignature.TryRead(line, out var cosignature));
        Assert.Equal(seconds, cosignature.UnixSeconds);

        // specs/tlog.md §9, written out.
        var signed = Encoding.ASCII.GetBytes(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\ntext\n")
        );
        Assert.True(Ed25519PrivateKey.FromSeed(Seed).PublicKey.Verify(signed, cosignature.Signature.AsSpan()));
        Assert.True(Signer.WitnessKey.Verifies(text, line));
        Assert.False(Signer.LogKey.Verifies(text, line));
        Assert.False(Signer.WitnessKey.Verifies("Text\n"u8, line));
    }

    [Fact]
    public void A_signature_of_another_name_id_or_length_is_none_of_the_key()
    {
        var text = "text\n"u8.ToArray();
        var line = Signer.Sign(text);
        Assert.True(Signer.LogKey.Verifies(text, line));
        Assert.False(Signer.LogKey.Verifies(text, line with { KeyName = Name + "/" }));
        Assert.False(Signer.LogKey.Verifies(text, line with { KeyId = line.KeyId + 1 }));
        Assert.False(Signer.LogKey.Verifies(text, line with { Bytes = line.Bytes.RemoveAt(63) }));
        Assert.False(Signer.LogKey.Verifies(text, line with { Bytes = line.Bytes.Add(0) }));
        Assert.False(Signer.LogKey.Verifies(text, line with { Bytes = [] }));
    }

    /// <summary>specs/tlog.md §4: the same known key twice: verify each, count once; a known key whose signature does not verify rejects the whole note.</summary>
    [Fact]
    public void A_key_that_signed_twice_counts_once_and_a_broken_line_of_it_refuses_the_note()
    {
        var text = "text\n"u8.ToArray();
        var line = Signer.Sign(text);
        var other = new NoteSigner("witness.example", Ed25519PrivateKey.FromSeed([.. Seed.Reverse()]));
        var note = SignedNote.Create(text, line, other.Sign(text), line);
        Assert.Equal([Signer.LogKey, other.LogKey], note.Verify(other.LogKey, Signer.LogKey).VerifiedKeys.AsEnumerable());
        Assert.Equal([Signer.LogKey], note.Verify(Signer.LogKey).VerifiedKeys.AsEnumerable());

        var broken = SignedNote.Create(text, line, line with { Bytes = line.Bytes.SetItem(0, (byte)(line.Bytes[0] ^ 1)) });
        Assert.False(broken.Verify(Signer.LogKey).IsVerified);
        Assert.Empty(broken.Verify(Signer.LogKey).VerifiedKeys);
        Assert.Equal("no known key signed the note", broken.Verify(other.LogKey).Fault);
    }

    [Fact]
    public void Lines_that_are_added_leave_the_note_as_it_was()
    {
        var text = "a\n\nb\n"u8.ToArray();
        var note = SignedNote.Create(text, Signer.Sign(text));
        var more = note.With(Signer.Cosign(text, DateTimeOffset.UnixEpoch.AddSeconds(1)));
        Assert.Equal(note.Bytes.ToArray(), more.Bytes[..note.Bytes.Length].ToArray());
        Assert.Equal(text, more.Text.ToArray());
        Assert.Equal([Signer.LogKey, Signer.WitnessKey], more.Verify(Signer.LogKey, Signer.WitnessKey).VerifiedKeys.AsEnumerable());
    }

    private static string Text(string prefix = "PRIVATE+KEY+", string name = Name, string? id = null, byte[]? blob = null) =>
        $"{prefix}{name}+{id ?? Signer.LogKey.KeyId.ToString("x8", System.Globalization.CultureInfo.InvariantCulture)}+{Convert.ToBase64String(blob ?? [0x01, .. Seed])}";
}
