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
