using System.Buffers.Binary;
using System.Text.Json;
using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>testdata/tlog/generated/log: a log made with golang.org/x/mod from the same entries, origin and key.</summary>
public sealed class TlogVectorTests : IAsyncLifetime, IDisposable
{
    private static readonly string Vectors = ProjectFiles.TestData("tlog/generated/log");
    private readonly TemporaryFolder _home = new();
    private EventLedger _ledger = null!; // set by InitializeAsync, which xunit calls first

    private string Folder => Path.Combine(_home.Path, "ledger");

    public async Task InitializeAsync()
    {
        using var log = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Vectors, "log.json")));
        var key = log.RootElement.GetProperty("skey").GetString()!.Split('+', 5);
        _ledger = await EventLedger.OpenAsync(
            new LedgerOptions
            {
                Folder = Folder,
                Origin = log.RootElement.GetProperty("origin").GetString(),
                PublishesByItself = false,
                KeepsPartialTiles = true,
            },
            Ed25519PrivateKey.FromSeed(Convert.FromBase64String(key[4]).AsSpan(1)),
            TimeProvider.System,
            CancellationToken.None
        );
        Assert.Equal(log.RootElement.GetProperty("vkey").GetString(), _ledger.Reader.VerifierKey);

        var entries = ReadEntries(Vectors);
        var next = 0;
        foreach (var size in log.RootElement.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32()))
        {
            for (; next < size; next++)
            {
                // Equal bytes would be one entry: the vectors' entries are all different.
                var logged = await _ledger.AppendAsync(
                    new EventSubmission
                    {
                        Envelope = entries[next],
                        EventId = $"vector-{next}",
                        PayloadHash = new string('0', 64),
                    },
                    CancellationToken.None
                );
                Assert.Equal(next, logged.Index);
            }

            Assert.Equal(size, (await _ledger.PublishAsync(CancellationToken.None))?.Size);
        }
    }

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Tiles_bundles_and_checkpoints_are_the_same_files_with_the_same_bytes()
    {
        Assert.Equal(FilesBelow(Path.Combine(Vectors, "tile")), FilesBelow(Path.Combine(Folder, "public/tile")));
        Assert.Equal(FilesBelow(Path.Combine(Vectors, "checkpoints")), FilesBelow(Path.Combine(Folder, "checkpoints")));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(Vectors, "checkpoint")),
            await File.ReadAllBytesAsync(Path.Combine(Folder, "public/checkpoint"))
        );
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
    }

    [Fact]
    public async Task Roots_of_all_sizes_are_the_same()
    {
        foreach (var item in Read("roots.json"))
        {
            Assert.Equal(
                item.GetProperty("rootHash").GetString(),
                (await _ledger.Reader.FindRootAsync(item.GetProperty("treeSize").GetInt64(), CancellationToken.None)).Base64
            );
        }
    }

    [Fact]
    public async Task Inclusion_proofs_are_the_same_hash_by_hash()
    {
        foreach (var item in Read("inclusion.json"))
        {
            var proof = await _ledger.Reader.ProveInclusionAsync(
                item.GetProperty("index").GetInt64(),
                item.GetProperty("treeSize").GetInt64(),
                CancellationToken.None
            );
            Assert.Equal(Hashes(item), proof.Path.Select(hash => hash.Base64));
        }
    }

    [Fact]
    public async Task Consistency_proofs_are_the_same_hash_by_hash()
    {
        foreach (var item in Read("consistency.json"))
        {
            var proof = await _ledger.Reader.ProveConsistencyAsync(
                item.GetProperty("oldSize").GetInt64(),
                item.GetProperty("newSize").GetInt64(),
                CancellationToken.None
            );
            Assert.Equal(Hashes(item), proof.Path.Select(hash => hash.Base64));
        }
    }

    [Fact]
    public async Task Without_the_partial_tiles_that_may_go_everything_still_proves()
    {
        foreach (var partials in Directory.EnumerateDirectories(Path.Combine(Folder, "public/tile"), "*.p", SearchOption.AllDirectories))
        {
            if (File.Exists(partials[..^2]))
            {
                Directory.Delete(partials, recursive: true);
            }
        }

        await Roots_of_all_sizes_are_the_same();
        await Inclusion_proofs_are_the_same_hash_by_hash();
        await Consistency_proofs_are_the_same_hash_by_hash();
        Assert.True((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).IsVerified);
    }

    private static IEnumerable<JsonElement> Read(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Vectors, file))).RootElement.EnumerateArray();

    private static IEnumerable<string?> Hashes(JsonElement item) =>
        item.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof
            ? proof.EnumerateArray().Select(hash => hash.GetString())
            : [];

    private static List<(string Path, string Bytes)> FilesBelow(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => (Path.GetRelativePath(folder, path), Convert.ToHexStringLower(File.ReadAllBytes(path)))),
        ];

    private static List<byte[]> ReadEntries(string folder)
    {
        var entries = new List<byte[]>();
        foreach (var bundle in new[] { "tile/entries/000", "tile/entries/001", "tile/entries/002.p/88" })
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, bundle)).AsSpan();
            while (!bytes.IsEmpty)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
                entries.Add(bytes.Slice(2, length).ToArray());
                bytes = bytes[(2 + length)..];
            }
        }

        return entries;
    }
}
