using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Proofs;

/// <summary>testdata/ots (primitives, a life cycle on a test chain, proofs that must be refused) and the published proofs of the JavaScript client.</summary>
public sealed class ProofVectorTests
{
    [Fact]
    public void Numbers_are_written_and_read_as_the_vectors_say()
    {
        foreach (var vector in OtsVectors.Primitives.Each("varuint"))
        {
            var writer = new OtsWriter();
            writer.WriteNumber(vector["value"]!.GetValue<long>());
            Assert.Equal(vector.Text("hex"), Convert.ToHexStringLower(writer.ToArray()));
            var reader = new OtsReader(vector.Hex("hex"));
            Assert.Equal(vector["value"]!.GetValue<long>(), reader.ReadNumber());
            reader.RequireEnd(OtsFault.TrailingBytes);
        }
    }

    [Fact]
    public void Every_operation_gives_what_the_vectors_say_and_is_written_as_they_say()
    {
        foreach (var vector in OtsVectors.Primitives.Each("ops"))
        {
            var (message, expected) = (vector.Hex("msgHex"), vector.Text("resultHex"));
            var pending = TimeAttestation.Pending("a");
            byte[] written = [.. vector.Hex("serializedHex"), .. Timestamp.Attested([1], pending).ToArray()];
            var timestamp = Timestamp.Parse(written, message);
            var branch = Assert.Single(timestamp.Branches);
            Assert.Equal(vector.Text("op"), branch.Operation.ToString().Split(' ')[0]);
            Assert.Equal(expected, Convert.ToHexStringLower(branch.Result.Message));
            Assert.Equal(written, timestamp.ToArray());
        }
    }

    [Fact]
    public void Attestations_are_written_as_the_vectors_say()
    {
        foreach (var vector in OtsVectors.Primitives.Each("attestations"))
        {
            byte[] written = [0x00, .. vector.Hex("serializedHex")];
            var timestamp = Timestamp.Parse(written, [1]);
            var attestation = Assert.Single(timestamp.Attestations);
            Assert.Equal(vector.Text("type"), attestation.Kind.ToString().ToLowerInvariant());
            Assert.Equal(vector["uri"]?.GetValue<string>(), attestation.Uri);
            Assert.Equal(vector["height"]?.GetValue<long>(), attestation.Height);
            Assert.Equal(written, timestamp.ToArray());
            var made = attestation.Kind switch
            {
                TimeAttestationKind.Pending => TimeAttestation.Pending(attestation.Uri!),
                TimeAttestationKind.Bitcoin => TimeAttestation.Bitcoin(attestation.Height!.Value),
                _ => attestation,
            };
            Assert.Equal(attestation, made);
        }
    }

    [Fact]
    public void A_made_up_magic_is_that_of_the_vectors() =>
        Assert.StartsWith(
            OtsVectors.Primitives.Text("magicHex"),
            Convert.ToHexStringLower(
                new DetachedTimestamp(TimestampOperationKind.Sha1, Timestamp.Attested(new byte[20], TimeAttestation.Bitcoin(1))).ToArray()
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Proofs_of_a_life_cycle_on_a_test_chain_are_read_and_written_back() =>
        Assert.All(
            OtsVectors.Regtest.Each("vectors"),
            vector =>
            {
                var name = Path.GetFileName(vector.Text("file"));
                RequireProof(vector, OtsVectors.RegtestFile(name), OtsVectors.RegtestFile(name.Split('.')[0] + ".txt"));
            }
        );

    [SharedFact("vectors/ots/mainnet.json")]
    public void Published_proofs_are_read_and_written_back()
    {
        var vectors = OtsVectors.Mainnet.Each("vectors");
        Assert.Equal(13, vectors.Count);
        foreach (var vector in vectors)
        {
            var name = vector.Text("file")["mainnet/".Length..];
            var originals = name switch
            {
                "osdsp.txt.ots" => [],
                "sha1/a_or_b.ots" => ["sha1/a", "sha1/b"],
                _ => new[] { name[..^DetachedTimestamp.FileExtension.Length] },
            };
            RequireProof(vector, OtsVectors.MainnetFile(name), [.. originals.Select(OtsVectors.MainnetFile)]);
        }
    }

    [Fact]
    public void A_calendars_raw_answers_are_timestamps_over_what_was_posted_and_asked_for()
    {
        var (posted, asked) = (OtsVectors.Regtest["postDigest"]!, OtsVectors.Regtest["getTimestamp"]!);
        var promise = Timestamp.Parse(OtsVectors.RegtestFile("calendar-post-digest-response.bin"), posted.Hex("digestHex"));
        Assert.Equal(OtsVectors.RegtestFile("calendar-post-digest-response.bin"), promise.ToArray());
        Assert.Equal("http://127.0.0.1:14788", Assert.Single(promise.AllAttestations()).Attestation.Uri);
        var answer = Timestamp.Parse(OtsVectors.RegtestFile("calendar-get-timestamp-response.bin"), asked.Hex("commitmentHex"));
        var attested = Assert.Single(answer.AllAttestations());
        Assert.Equal(117, attested.Attestation.Height);
        Assert.Equal("89c4ebfe714529370c40fd007da797eedbcd5673ebff081bae2d2b0fdf230ed2", Convert.ToHexStringLower(attested.Node.Message));
    }

    [Fact]
    public void Pending_proofs_merged_with_the_calendars_answer_are_the_upgraded_proofs_to_the_byte()
    {
        var asked = OtsVectors.Regtest["getTimestamp"]!;
        var answer = Timestamp.Parse(asked.Hex("responseHex"), asked.Hex("commitmentHex"));
        foreach (var name in new[] { "f0", "f1", "f2" })
        {
            var pending = DetachedTimestamp.Parse(OtsVectors.RegtestFile($"{name}.txt.pending.ots"));
            var upgraded = pending.With(pending.Timestamp.MergeAtNodes([answer]));
            Assert.Equal(OtsVectors.RegtestFile($"{name}.txt.ots"), upgraded.ToArray());
            Assert.Same(upgraded, upgraded.With(upgraded.Timestamp.MergeAtNodes([answer])));
        }
    }

    [Fact]
    public void What_the_python_library_refuses_is_refused_for_its_reason_and_what_it_accepts_is_accepted()
    {
        var vectors = OtsVectors.Negative.Each("vectors");
        Assert.Equal(23, vectors.Count);
        foreach (var vector in vectors)
        {
            var (name, bytes, python) = (vector.Text("name"), vector.Hex("otsHex"), vector.Text("pythonOpentimestamps"));
            if (python == "accepted")
            {
                Assert.Equal(bytes, DetachedTimestamp.Parse(bytes).ToArray());
                continue;
            }

            var refusal = Assert.Throws<OtsRejectedException>(() => DetachedTimestamp.Parse(bytes));
            Assert.True(ReasonsOf(python).Contains(refusal.Fault), $"{name}: {refusal.Message}");
            Assert.InRange(refusal.Offset, 0, bytes.Length);
            Assert.Equal(2, refusal.ExitCode);
        }
    }

    private static OtsFault[] ReasonsOf(string python) =>
        python["rejected: ".Length..] switch
        {
            "BadMagicError" => [OtsFault.BadMagic],
            "UnsupportedMajorVersion" => [OtsFault.UnsupportedVersion],
            "TruncationError" => [OtsFault.UnexpectedEnd],
            "TrailingGarbageError" => [OtsFault.TrailingBytes, OtsFault.PayloadLeftover],
            "RecursionLimitError" => [OtsFault.TooDeep],
            _ =>
            [
                OtsFault.UnknownOperation,
                OtsFault.LengthOutOfBounds,
                OtsFault.MessageOutOfBounds,
                OtsFault.BadUri,
                OtsFault.ForkAfterFork,
                OtsFault.UnknownFileHash,
            ],
        };

    private static void RequireProof(JsonNode vector, byte[] file, params byte[][] originals)
    {
        Assert.Equal(vector.Text("sha256OfOtsFile"), Convert.ToHexStringLower(SHA256.HashData(file)));
        var proof = DetachedTimestamp.Parse(file);
        Assert.Equal(vector.Text("hashOp"), proof.FileHash.ToString().ToLowerInvariant());
        Assert.Equal(vector.Text("fileDigest"), Convert.ToHexStringLower(proof.Digest));
        Assert.Equal(
            OtsVectors.Leaves(vector).Order(StringComparer.Ordinal),
            OtsVectors.Leaves(proof.Timestamp).Order(StringComparer.Ordinal)
        );
        Assert.Equal(file, proof.ToArray());
        Assert.Equal(vector["canonicalRoundTrip"]!.GetValue<bool>(), proof.ToCanonicalArray().AsSpan().SequenceEqual(file));
        Assert.All(originals, original => Assert.True(proof.IsOf(original)));
        Assert.False(proof.IsOf("something else"u8));
    }
}
