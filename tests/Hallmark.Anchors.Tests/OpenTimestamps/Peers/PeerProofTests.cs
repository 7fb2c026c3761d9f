using System.Security.Cryptography;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Peers;

/// <summary>Our proof files in the Python library and the JavaScript client.</summary>
public sealed class PeerProofTests
{
    [PeerFact("/usr/bin/python3", OtsClients.Python)]
    public async Task The_python_library_reads_what_we_write_and_writes_the_same_bytes()
    {
        var files = Stamped();
        files.AddRange(new[] { "f0", "f1", "f2" }.Select(static name => OtsVectors.RegtestFile(name + ".txt.ots")));
        foreach (var file in files)
        {
            var proof = DetachedTimestamp.Parse(file);
            var answer = await OtsClients.RunPythonAsync(file);
            Assert.Equal(Convert.ToHexStringLower(proof.Digest), answer.Text("digest"));
            Assert.Equal(Convert.ToHexStringLower(proof.ToCanonicalArray()), answer.Text("canonical"));
            Assert.Equal(proof.Timestamp.AllAttestations().Count(), answer["attestations"]!.AsArray().Count);
        }
    }

    [PeerFact("/usr/bin/python3", OtsClients.Python)]
    public async Task The_python_library_verifies_an_upgraded_proof_against_the_same_header()
    {
        var asked = OtsVectors.Regtest["getTimestamp"]!;
        var pending = DetachedTimestamp.Parse(OtsVectors.RegtestFile("f1.txt.pending.ots"));
        var upgraded = pending.With(
            pending.Timestamp.MergeAtNodes([Timestamp.Parse(asked.Hex("responseHex"), asked.Hex("commitmentHex"))])
        );
        var answer = await OtsClients.RunPythonAsync(upgraded.ToArray(), "117:" + OtsVectors.Regtest["block"]!.Text("headerHex"));
        Assert.Equal(1_795_220_404, answer["times"]!["117"]!.GetValue<long>());
    }

    [PeerFact("/usr/bin/python3", OtsClients.Python)]
    public async Task Damaged_proofs_are_accepted_and_refused_as_the_python_library_does()
    {
        var files = new List<byte[]>();
        foreach (var name in new[] { "f0.txt.ots", "f2.txt.pending.ots" })
        {
            var whole = OtsVectors.RegtestFile(name);
            files.AddRange(Enumerable.Range(0, whole.Length * 8).Select(bit => Flip(whole, bit)));
            files.AddRange(Enumerable.Range(0, whole.Length).Select(length => whole[..length]));
            files.AddRange(Spliced(whole, new Random(20261121)).Take(3_000));
        }

        var answers = await OtsClients.JudgeByPythonAsync(files);
        Assert.Equal(files.Count, answers.Count);
        var accepted = 0;
        foreach (var (file, python) in files.Zip(answers))
        {
            var ours = Judge(file, out var fault);
            accepted += fault is OtsFault.None ? 1 : 0;

            // Python has no bound for numbers; ours is the one deliberate difference.
            Assert.True(
                fault is OtsFault.NumberOutOfBounds
                    ? python != "BadMagicError"
                    : (fault is OtsFault.None ? ours : ErrorOf(fault)) == python,
                $"{Convert.ToHexStringLower(file)}: {fault}, {python}"
            );
        }

        Assert.InRange(accepted, 500, files.Count - 500);
    }

    [PeerFact("node", OtsClients.JavaScript)]
    public async Task The_javascript_client_reads_what_we_write()
    {
        using var home = new TemporaryFolder();
        foreach (var file in Stamped())
        {
            var path = home.File("proof.ots");
            await File.WriteAllBytesAsync(path, file);
            var answer = await OtsClients.RunJavaScriptAsync(home.Path, "info", path);
            Assert.Contains(Convert.ToHexStringLower(DetachedTimestamp.Parse(file).Digest), answer.Text("info"), StringComparison.Ordinal);
            Assert.Contains("https://b.example", answer.Text("info"), StringComparison.Ordinal);
        }
    }

    private static string Judge(byte[] file, out OtsFault fault)
    {
        try
        {
            fault = OtsFault.None;
            return Convert.ToHexStringLower(DetachedTimestamp.Parse(file).ToCanonicalArray());
        }
        catch (OtsRejectedException refusal)
        {
            fault = refusal.Fault;
            return "";
        }
    }

    private static string ErrorOf(OtsFault fault) =>
        fault switch
        {
            OtsFault.BadMagic => "BadMagicError",
            OtsFault.UnsupportedVersion => "UnsupportedMajorVersion",
            OtsFault.UnexpectedEnd => "TruncationError",
            OtsFault.TrailingBytes or OtsFault.PayloadLeftover => "TrailingGarbageError",
            OtsFault.TooDeep => "RecursionLimitError",
            _ => "DeserializationError",
        };

    private static byte[] Flip(byte[] whole, int bit)
    {
        byte[] changed = [.. whole];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }

    // Pieces taken out, repeated or put elsewhere, behind a header that is whole.
    private static IEnumerable<byte[]> Spliced(byte[] whole, Random random)
    {
        const int header = 65;
        while (true)
        {
            var (from, to) = (random.Next(header, whole.Length), random.Next(header, whole.Length));
            var piece = whole.AsSpan(Math.Min(from, to), Math.Abs(to - from)).ToArray();
            var at = random.Next(header, whole.Length);
            yield return random.Next(3) switch
            {
                0 => [.. whole[..at], .. piece, .. whole[at..]],
                1 => [.. whole[..Math.Min(from, to)], .. whole[Math.Max(from, to)..]],
                _ => [.. whole[..at], 0xFF, .. piece, .. whole[at..]],
            };
        }
    }

    private static List<byte[]> Stamped()
    {
        var request = StampRequest.Create([.. Enumerable.Range(0, 3).Select(static index => SHA256.HashData([(byte)index]))]);
        var answers = Promise(request, "https://b.example").Merge(Promise(request, "https://a.example"));
        return [.. request.Complete(answers).Select(static proof => proof.ToArray())];
    }

    private static Timestamp Promise(StampRequest request, string uri)
    {
        var nonce = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(uri));
        var commitment = SHA256.HashData([.. request.Tip.Span, .. nonce]);
        return Timestamp.Over(
            request.Tip.Span,
            [TimestampOperation.Append(nonce), TimestampOperation.Sha256],
            Timestamp.Attested(commitment, TimeAttestation.Pending(uri))
        );
    }
}
