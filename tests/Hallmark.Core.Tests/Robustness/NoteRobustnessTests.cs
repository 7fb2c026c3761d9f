using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Robustness;

public sealed class NoteRobustnessTests
{
    private const int Rounds = 4000;
    private readonly NoteSigner _log = new("log.example/a", Ed25519PrivateKey.FromSeed(new byte[32]));
    private readonly NoteSigner _witness = new("witness.example/w", Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)7, 32)]));

    [Fact]
    public void A_damaged_note_is_refused_or_still_has_a_text_that_was_signed()
    {
        var notes = Enumerable.Range(1, 4).Select(Note).ToArray();
        var texts = notes.Select(note => Encoding.UTF8.GetString(note.Text.Span)).ToHashSet(StringComparer.Ordinal);
        var mutator = new ByteMutator(11);
        var (verified, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = mutator.Mutate(notes[round % 4].Bytes.Span, notes[(round + 1) % 4].Bytes.Span);
            SignedNote note;
            try
            {
                note = SignedNote.Parse(damaged);
            }
            catch (NoteFormatException)
            {
                refused++;
                continue;
            }

            var result = note.Verify(_log.LogKey, _witness.WitnessKey);
            Assert.Equal(result.IsVerified, result.Fault is null);
            if (result.IsVerified)
            {
                Assert.Contains(Encoding.UTF8.GetString(note.Text.Span), texts);
                Assert.Equal(result.VerifiedKeys.Distinct().Count(), result.VerifiedKeys.Length);
                verified++;
            }
        }

        // A signature line that is cut away whole, or stands twice, leaves a good note.
        Assert.True(verified > 0 && refused > Rounds / 4, $"{verified} verified, {refused} refused");
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_or_is_exactly_what_was_read()
    {
        var texts = Enumerable.Range(1, 4).Select(i => Note(i).Text.ToArray()).ToArray();
        var mutator = new ByteMutator(12);
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = mutator.Mutate(texts[round % 4], texts[(round + 1) % 4]);
            try
            {
                Assert.Equal(damaged, Checkpoint.Parse(damaged).ToText());
                read++;
            }
            catch (NoteFormatException)
            {
                refused++;
            }
        }

        Assert.True(read > Rounds / 50 && refused > Rounds / 4, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_damaged_verifier_key_is_no_key()
    {
        string[] keys = [_log.LogKey.ToString(), _witness.WitnessKey.ToString(), _witness.LogKey.ToString()];
        var mutator = new ByteMutator(13);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Encoding.UTF8.GetString(
                mutator.Mutate(Encoding.UTF8.GetBytes(keys[round % 3]), Encoding.UTF8.GetBytes(keys[(round + 1) % 3]))
            );
            if (NoteVerifierKey.TryParse(text, out var key))
            {
                Assert.Contains(text, keys);
                Assert.Equal(text, key.ToString());
            }
            else
            {
                Assert.Throws<NoteFormatException>(() => NoteVerifierKey.Parse(text));
            }
        }
    }

    [Fact]
    public void A_damaged_ecdsa_key_or_signature_verifies_nothing_and_raises_nothing()
    {
        // Made with "openssl dgst -sha256 -sign" and a throw-away key on P-256.
        var spki = Convert.FromHexString(
            "3059301306072a8648ce3d020106082a8648ce3d0301070342000481a16234ecaf6d48227334615aff0f32d910e7"
                + "a0fe49a11233af61f8548f5097282269cfea15356a510d17cb45bdc44c83810ba89c23753215442f9498bab7a9"
        );
        var made = Convert.FromHexString(
            "304502202b2546b1d6370421e8e248fca4cefb492705445dd059b221bc09254f3f87dbfd"
                + "02210080f43f63a666a49f12f46a5c69ec512f843b8afa15ce7327e88b73ea5fd715ef"
        );
        var text = "origin\n1\n"u8.ToArray();
        Assert.True(Verifies(spki, made, text));
        var mutator = new ByteMutator(14);
        for (var round = 0; round < Rounds / 4; round++)
        {
            var otherKey = mutator.Mutate(spki, made);
            Assert.True(otherKey.AsSpan().SequenceEqual(spki) || !Verifies(otherKey, made, text), Convert.ToHexString(otherKey));
            var otherSignature = mutator.Mutate(made, spki);
            Assert.True(
                otherSignature.AsSpan().SequenceEqual(made) || !Verifies(spki, otherSignature, text),
                Convert.ToHexString(otherSignature)
            );
        }
    }

    private static bool Verifies(byte[] spki, byte[] signature, byte[] text)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(spki))[..8];
        return NoteVerifierKey.TryParse($"name+{id}+{Convert.ToBase64String([(byte)NoteKeyType.Ecdsa, .. spki])}", out var key)
            && key.Verifies(text, new NoteSignature("name", key.KeyId, [.. signature]));
    }

    private SignedNote Note(int size)
    {
        var text = new Checkpoint("log.example/a", size, MerkleHash.Leaf([(byte)size]))
        {
            Extensions = size % 2 == 0 ? ["ünïcode extension"] : [],
        }.ToText();
        return SignedNote
            .Create(text, _log.Sign(text))
            .With(_witness.Cosign(text, DateTimeOffset.FromUnixTimeSeconds(1_795_000_000 + size)));
    }
}
