using System.Globalization;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>A checkpoint key that is handed over while others have the ledger open.</summary>
public sealed class HandoverBesideOthersTests : IDisposable
{
    private static readonly Ed25519PrivateKey Successor = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)77, 32)]);
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task One_that_has_the_ledger_open_goes_on_with_the_new_key_or_says_what_it_lacks()
    {
        var finding = TestLedger.Options(Folder) with { FindRetiredKey = wanted => wanted == Vkey(Successor) ? Successor : null };
        await using (var knowing = await TestLedger.OpenAsync(finding))
        {
            await using var ignorant = await TestLedger.OpenAsync(Folder);
            await using (var other = await TestLedger.OpenAsync(Folder))
            {
                await other.AppendAsync("before");
                await other.HandOverKeyAsync(Successor, new RandomEventIds(), CancellationToken.None);
            }

            var refusal = await Assert.ThrowsAsync<UnavailableException>(() => ignorant.AppendAsync("refused"));
            Assert.Contains($"is signed with the key {Vkey(Successor)}", refusal.Message, StringComparison.Ordinal);
            await knowing.AppendAsync("after");
            await knowing.PublishAsync(CancellationToken.None);
            Assert.Equal(Vkey(Successor), knowing.Keys.Current);
        }

        Assert.Equal((true, true), SignersOf(2));
        Assert.Equal((false, true), SignersOf(3));
        Assert.Null((await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None)).FirstFault);
    }

    private static NoteVerifierKey Vkey(Ed25519PrivateKey key) => NoteVerifierKey.ForEd25519(TestLedger.Origin, key.PublicKey);

    private (bool First, bool Successor) SignersOf(long size)
    {
        var note = SignedNote.Parse(File.ReadAllBytes(Path.Combine(Folder, "checkpoints", size.ToString(CultureInfo.InvariantCulture))));
        return (note.Verify(Vkey(TestLedger.Key)).IsVerified, note.Verify(Vkey(Successor)).IsVerified);
    }
}
