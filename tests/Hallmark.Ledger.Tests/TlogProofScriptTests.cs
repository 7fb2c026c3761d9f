using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>The script of docs/verify-by-hand.md, which shares no code with Hallmark, on proofs of our ledger and of the Go log in testdata/tlog.</summary>
public sealed class TlogProofScriptTests
{
    private const int Entries = 300;

    [PeerFact("node")]
    public async Task A_stranger_can_prove_that_an_entry_is_in_our_ledger()
    {
        using var folder = new TemporaryFolder();
        var (reader, checkpoint) = await MakeAsync(folder.File("ledger/x"));
        using (reader)
        {
            foreach (var index in new[] { 0L, 1, 255, 256, 298, 299 })
            {
                var (proof, entry) = await ProveAsync(reader, checkpoint, index);
                var (exitCode, output) = await RunAsync(folder, proof, entry, reader.VerifierKey);
                Assert.Equal(
                    $"entry {index} is in the log {TestLedger.Origin}, in the tree of {Entries} entries with the root {checkpoint.Root.Base64}\n",
                    output
                );
                Assert.Equal(0, exitCode);
            }
        }
    }

    [PeerFact("node")]
    public async Task Nothing_but_the_entry_its_place_and_the_logs_own_signature_proves_it()
    {
        using var folder = new TemporaryFolder();
        var (reader, checkpoint) = await MakeAsync(folder.File("ledger/x"));
        using (reader)
        {
            var (proof, entry) = await ProveAsync(reader, checkpoint, 256);
            var (other, otherEntry) = await ProveAsync(reader, checkpoint, 257);
            var lines = proof.Split('\n');
            var last = Array.FindIndex(lines, line => line.Length == 0) - 1;
            var note = Encoding.UTF8.GetString(checkpoint.Note.Span);
            var goLog = JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData("tlog/generated/log/log.json")))!;
            (string Why, string Proof, byte[] Entry, string Key)[] forgeries =
            [
                ("another entry", proof, otherEntry, reader.VerifierKey),
                ("an entry with one byte more", proof, [.. entry, (byte)' '], reader.VerifierKey),
                ("another index", proof.Replace("index 256", "index 255", StringComparison.Ordinal), entry, reader.VerifierKey),
                ("an index beyond the tree", proof.Replace("index 256", "index 300", StringComparison.Ordinal), entry, reader.VerifierKey),
                (
                    "an index that is no number",
                    proof.Replace("index 256", "index 0256", StringComparison.Ordinal),
                    entry,
                    reader.VerifierKey
                ),
                ("a path that is too short", string.Join('\n', lines.Where((_, at) => at != last)), entry, reader.VerifierKey),
                (
                    "a path that is too long",
                    proof
                        .Replace("\n\n", "\n" + lines[last] + "\n\n", StringComparison.Ordinal)
                        .Replace("\n\n\n", "\n\n", StringComparison.Ordinal),
                    entry,
                    reader.VerifierKey
                ),
                ("another path", other.Replace("index 257", "index 256", StringComparison.Ordinal), entry, reader.VerifierKey),
                (
                    "another size in the checkpoint",
                    proof.Replace("\n300\n", "\n301\n", StringComparison.Ordinal),
                    entry,
                    reader.VerifierKey
                ),
                ("another log's key", proof, entry, (string)goLog["vkey"]!),
                (
                    "no signature",
                    proof[..(proof.IndexOf(note, StringComparison.Ordinal) + note.IndexOf("\n\n", StringComparison.Ordinal) + 2)],
                    entry,
                    reader.VerifierKey
                ),
                ("another header", proof.Replace("@v1", "@v2", StringComparison.Ordinal), entry, reader.VerifierKey),
                ("an empty file", "", entry, reader.VerifierKey),
            ];
            foreach (var (why, forged, bytes, key) in forgeries)
            {
                var (exitCode, output) = await RunAsync(folder, forged, bytes, key);
                Assert.True(exitCode == 1 && output.StartsWith("NOT PROVEN: ", StringComparison.Ordinal), $"{why}: {exitCode} {output}");
            }
        }
    }

    /// <summary>All flips in one process: the script without its last lines, which read the command line, and a loop in their place.</summary>
    [PeerFact("node")]
    public async Task No_flipped_bit_of_a_proof_or_of_its_entry_is_taken()
    {
        using var folder = new TemporaryFolder();
        var (reader, checkpoint) = await MakeAsync(folder.File("ledger/x"));
        using (reader)
        {
            var (proof, entry) = await ProveAsync(reader, checkpoint, 256);
            var script = await File.ReadAllTextAsync(Path.Combine(ProjectFiles.Root, "tools/verify-tlog-proof.mjs"));
            var flipping = folder.File("flips.mjs");
            await File.WriteAllTextAsync(
                flipping,
                script[..script.IndexOf("const [proofFile", StringComparison.Ordinal)]
                    + """
                    const [proofFile, entryFile, vkey] = process.argv.slice(2);
                    const [proof, entry] = [readFileSync(proofFile), readFileSync(entryFile)];
                    prove(proof.toString('utf8'), entry, vkey);
                    let refused = 0;
                    for (const file of [proof, entry])
                      for (let bit = 0; bit < file.length * 8; bit++) {
                        file[bit >> 3] ^= 1 << (bit & 7);
                        try { prove(proof.toString('utf8'), entry, vkey); console.log(`${file === proof ? 'proof' : 'entry'}, bit ${bit}`); }
                        catch (error) { if (error.message.length > 3) refused++; }
                        file[bit >> 3] ^= 1 << (bit & 7);
                      }
                    console.log(refused);
                    """
            );
            var (exitCode, output) = await RunAsync(folder, proof, entry, reader.VerifierKey, flipping);
            var bits = (Encoding.UTF8.GetByteCount(proof) + entry.Length) * 8;
            Assert.Equal((0, string.Create(CultureInfo.InvariantCulture, $"{bits}\n")), (exitCode, output));
        }
    }

    [PeerFact("node")]
    public async Task The_script_reads_the_proofs_of_a_log_that_is_not_ours()
    {
        var log = ProjectFiles.TestData("tlog/generated/log");
        var key = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(log, "log.json")))!["vkey"]!;
        var bundle = await File.ReadAllBytesAsync(Path.Combine(log, "tile/entries/000"));
        var proven = 0;
        using var folder = new TemporaryFolder();
        foreach (var vector in JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(log, "inclusion.json")))!.AsArray())
        {
            var (size, index) = ((int)vector!["treeSize"]!, (int)vector["index"]!);
            var checkpoint = Path.Combine(log, "checkpoints", size.ToString(CultureInfo.InvariantCulture));
            if (!File.Exists(checkpoint) || index > 8)
            {
                continue;
            }

            var path = vector["proof"]!.AsArray().Select(hash => (string)hash! + "\n");
            var note = await File.ReadAllTextAsync(checkpoint);
            var proof = string.Create(
                CultureInfo.InvariantCulture,
                $"c2sp.org/tlog-proof@v1\nindex {index}\n{string.Concat(path)}\n{note}"
            );
            var (exitCode, output) = await RunAsync(folder, proof, Entry(bundle, index), key);
            Assert.True(exitCode == 0, $"{index} of {size}: {output}");
            proven++;
        }

        Assert.True(proven > 5);
    }

    private static async Task<(LedgerReader Reader, PublishedCheckpoint Checkpoint)> MakeAsync(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        await using (var ledger = await TestLedger.OpenAsync(folder))
        {
            await ledger.AppendManyAsync(Entries);
            _ = await ledger.PublishAsync(CancellationToken.None);
        }

        var reader = LedgerReader.Open(folder);
        return (reader, (await reader.FindLatestCheckpointAsync(CancellationToken.None))!);
    }

    private static async Task<(string Proof, byte[] Entry)> ProveAsync(LedgerReader reader, PublishedCheckpoint checkpoint, long index)
    {
        var entry = (await reader.FindByIndexAsync(index, CancellationToken.None))!;
        var proof = await reader.ProveInclusionAsync(index, checkpoint.Size, CancellationToken.None);
        var path = string.Concat(proof.Path.Select(hash => hash.Base64 + "\n"));
        return (
            string.Create(
                CultureInfo.InvariantCulture,
                $"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{Encoding.UTF8.GetString(checkpoint.Note.Span)}"
            ),
            entry.Envelope.ToArray()
        );
    }

    private static byte[] Entry(ReadOnlySpan<byte> bundle, int index)
    {
        for (; ; index--)
        {
            var length = (bundle[0] << 8) | bundle[1];
            if (index == 0)
            {
                return bundle.Slice(2, length).ToArray();
            }

            bundle = bundle[(2 + length)..];
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        TemporaryFolder folder,
        string proof,
        byte[] entry,
        string key,
        string? other = null
    )
    {
        var (proofFile, entryFile) = (folder.File("entry.tlog-proof"), folder.File("entry.bin"));
        await File.WriteAllTextAsync(proofFile, proof);
        await File.WriteAllBytesAsync(entryFile, entry);
        var script = other ?? Path.Combine(ProjectFiles.Root, "tools/verify-tlog-proof.mjs");
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { script, proofFile, entryFile, key },
        };
        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return (node.ExitCode, output);
    }
}
