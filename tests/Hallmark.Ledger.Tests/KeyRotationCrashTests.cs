using System.Diagnostics;
using System.Globalization;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;
using Hallmark.Ledger.Verification;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>Real processes that hand a ledger over from key to key and are killed at any moment.</summary>
public sealed class KeyRotationCrashTests : IDisposable
{
    private const int Kills = 25;
    private readonly TemporaryFolder _home = new();

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task After_kills_in_the_middle_of_handovers_the_ledger_has_the_old_key_or_the_new_one()
    {
        var random = new Random(20261121);
        var (acknowledged, begun, killedBetween) = (0, 0, 0);
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var process = Start(string.Create(CultureInfo.InvariantCulture, $"k{kill}"));
            var lines = 0;
            var wanted = 1 + random.Next(60);
            while (lines < wanted && await process.StandardOutput.ReadLineAsync() is { } line)
            {
                lines++;
                Note(line);
            }

            await Task.Delay(random.Next(4));
            process.Kill();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                Note(line);
            }

            await process.WaitForExitAsync();

            // Nothing that was said is lost, and nothing is there that was not begun.
            using var reader = LedgerReader.Open(Folder);
            var keys = await reader.FindKeysAsync(CancellationToken.None);
            Assert.InRange(keys.Length, acknowledged, begun);
            Assert.Equal(Vkey(keys.Length), keys.Current);
            killedBetween += begun > acknowledged ? 1 : 0;
            (acknowledged, begun) = (keys.Length, keys.Length);
        }

        // The next start completes what the last kill left; it needs both keys only where a checkpoint of both is missing.
        await using (await OpenAsync(acknowledged)) { }

        var found = await LedgerVerifier.VerifyAsync(Folder, null, CancellationToken.None);
        Assert.Null(found.FirstFault);
        Assert.Equal(acknowledged, found.Keys.Length);
        Assert.True(acknowledged > Kills / 2, $"only {acknowledged} handovers: the kills came before there was anything to lose");
        Assert.True(killedBetween > 0, "no kill came in the middle of a handover");

        void Note(string line)
        {
            var words = line.Split(' ');
            if (words[0] == "handing")
            {
                begun = Math.Max(begun, int.Parse(words[1], CultureInfo.InvariantCulture));
            }
            else if (words[0] == "handed")
            {
                acknowledged = Math.Max(acknowledged, int.Parse(words[2], CultureInfo.InvariantCulture));
            }
        }
    }

    private Task<EventLedger> OpenAsync(int key) =>
        EventLedger.OpenAsync(
            TestLedger.Options(Folder) with
            {
                FindRetiredKey = wanted => Enumerable.Range(0, key).Select(Key).FirstOrDefault(one => VerifierKey(one) == wanted),
            },
            Key(key),
            TimeProvider.System,
            CancellationToken.None
        );

    private static NoteVerifierKey Vkey(int number) => VerifierKey(Key(number));

    private static NoteVerifierKey VerifierKey(Ed25519PrivateKey key) => NoteVerifierKey.ForEd25519(TestLedger.Origin, key.PublicKey);

    // As the program has them.
    private static Ed25519PrivateKey Key(int number) =>
        Ed25519PrivateKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)(i > 2 || number == 0 ? i : number >> (8 * (i - 1))))]);

    private Process Start(string run)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace("Hallmark.Ledger.Tests", "Hallmark.Ledger.CrashWriter", StringComparison.Ordinal),
            "Hallmark.Ledger.CrashWriter.dll"
        );
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet"
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var argument in new[] { program, Folder, run, "1", "0", "60000", "15" })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
