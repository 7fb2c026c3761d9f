using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>One bit, anywhere in what was published: verification never passes, and never ends in anything but an answer of ours.</summary>
public sealed class FlippedBitTests : IAsyncLifetime, IDisposable
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(120).WithReplay(20261121, 7);
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public async Task InitializeAsync()
    {
        await using var ledger = await TestLedger.OpenAsync(TestLedger.Options(Folder) with { KeepsPartialTiles = true });
        foreach (var count in new[] { 3, 260, 10 })
        {
            await ledger.AppendManyAsync(count);
            await ledger.PublishAsync(CancellationToken.None);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_flipped_bit_in_any_published_file_is_a_fault()
    {
        var files = Files("public").Concat(Files("checkpoints")).ToArray();
        Assert.True(files.Length > 8);
        Check.One(
            Often,
            Prop.ForAll<NonNegativeInt, NonNegativeInt>(
                (which, place) =>
                {
                    var file = files[which.Get % files.Length];
                    return WithFlip(file, place.Get * 7919L, () => !Verify());
                }
            )
        );
        Assert.True(Verify());
    }

    [Fact]
    public void A_flipped_bit_in_the_entries_of_the_database_is_never_a_pass()
    {
        // Only bytes that hold an envelope or a record: a page also has bytes that mean nothing.
        var database = Path.Combine(Folder, "ledger.db");
        var bytes = File.ReadAllBytes(database);
        Assert.False(File.Exists(database + "-wal"), "the ledger was closed");
        var places = new List<int>();
        foreach (var text in new[] { "{\"event_id\":\"event-5\"", "{\"name\":\"event-100\"}", "{\"event_id\":\"event-272\"" })
        {
            var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
            Assert.True(at > 0, text);
            places.AddRange(Enumerable.Range(at, text.Length));
        }

        foreach (var place in places.Where((_, i) => i % 3 == 0))
        {
            Assert.True(WithFlip(database, (8L * place) + (place % 8), () => !Verify()), $"octet {place}");
        }

        Assert.True(Verify());
    }

    [Fact]
    public void A_file_cut_at_any_length_is_a_fault()
    {
        foreach (var file in Files("public").Concat(Files("checkpoints")))
        {
            var whole = File.ReadAllBytes(file);
            foreach (var length in new[] { 0, 1, whole.Length / 2, whole.Length - 1 }.Distinct())
            {
                File.WriteAllBytes(file, whole[..length]);
                Assert.False(Verify(), $"{file} cut to {length} of {whole.Length}");
            }

            File.WriteAllBytes(file, whole);
        }

        Assert.True(Verify());
    }

    private static bool WithFlip(string file, long bit, Func<bool> check)
    {
        var whole = File.ReadAllBytes(file);
        var changed = whole.ToArray();
        changed[bit / 8 % whole.Length] ^= (byte)(1 << (int)(bit % 8));
        File.WriteAllBytes(file, changed);
        try
        {
            return check();
        }
        finally
        {
            File.WriteAllBytes(file, whole);
        }
    }

    private bool Verify()
    {
        try
        {
            return LedgerVerifier.VerifyAsync(Folder, progress: null, CancellationToken.None).GetAwaiter().GetResult().IsVerified;
        }
        catch (HallmarkException)
        {
            return false; // refused with a reason, which is no pass
        }
    }

    private IEnumerable<string> Files(string below) =>
        Directory.EnumerateFiles(Path.Combine(Folder, below), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
