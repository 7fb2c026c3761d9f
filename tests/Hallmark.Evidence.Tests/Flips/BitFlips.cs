using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Recognition;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary>Every single bit of a file, flipped one at a time and verified as the command line verifies it.</summary>
internal static partial class BitFlips
{
    private const int Seed = 20261121;

    /// <summary>Verifies the file with each of its bits flipped, or with some of each byte.</summary>
    /// <param name="file">The file as it was made.</param>
    /// <param name="verify">Verifies; a refusal as bad input is what exit code 2 would be.</param>
    /// <param name="bitsPerByte">How many bits of each byte, drawn by a seed; 1 to 8.</param>
    /// <returns>Each flip with what came of it, in the file's order.</returns>
    public static async Task<IReadOnlyList<Flip>> AllOfAsync(byte[] file, Func<byte[], Task<Verdict>> verify, int bitsPerByte = 8)
    {
        var random = new Random(Seed);
        var bits = file.Select(_ => Enumerable.Range(0, 8).OrderBy(_ => random.Next()).Take(bitsPerByte).ToArray()).ToArray();
        var flips = new ConcurrentBag<Flip>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, file.Length),
            async (offset, _) =>
            {
                foreach (var bit in bits[offset])
                {
                    var flipped = (byte[])file.Clone();
                    flipped[offset] ^= (byte)(1 << bit);
                    flips.Add(await JudgeAsync(file, offset, bit, flipped, verify));
                }
            }
        );
        return [.. flips.OrderBy(flip => flip.Offset).ThenBy(flip => flip.Bit)];
    }

    /// <summary>Holds that every flip fails and names a part, but for those in members that nobody signs: these prove the very same as the file as it was made.</summary>
    /// <param name="file">The file as it was made.</param>
    /// <param name="verify">Verifies.</param>
    /// <param name="unsigned">The paths of members that nobody signs, as a regular expression over the whole path.</param>
    /// <param name="alsoTrue">Another file of the same: what it proves, a flip may prove too.</param>
    /// <param name="bitsPerByte">As in <see cref="AllOfAsync"/>: for files of which each flip costs much, and there are tens of thousands.</param>
    /// <param name="soundStatus">What the file as it was made comes to.</param>
    /// <returns>How many flips failed, and how many told nothing.</returns>
    public static async Task<(int Failed, int Neutral)> AssertEachFailsAsync(
        byte[] file,
        Func<byte[], Task<Verdict>> verify,
        string unsigned = "^$",
        byte[]? alsoTrue = null,
        int bitsPerByte = 8,
        VerdictStatus soundStatus = VerdictStatus.Verified
    )
    {
        var sound = await verify(file);
        Assert.True(sound.Status == soundStatus, VerdictJson.Write(sound).ToJsonString());
        var (free, proven) = (new Regex(unsigned, RegexOptions.None, TimeSpan.FromMinutes(1)), ClaimsOf(sound));
        if (alsoTrue is not null)
        {
            proven.UnionWith(ClaimsOf(await verify(alsoTrue)));
        }

        var wrong = new List<Flip>();
        var (failed, neutral) = (0, 0);
        foreach (var flip in await AllOfAsync(file, verify, bitsPerByte))
        {
            if (flip.ExitCode == 1 && flip.NamesAPart)
            {
                failed++;
            }
            else if (flip.Verdict is { } verdict && free.IsMatch(flip.Place) && ClaimsOf(verdict).IsSubsetOf(proven))
            {
                neutral++;
            }
            else
            {
                wrong.Add(flip);
            }
        }

        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} flips:\n{string.Join('\n', wrong.GroupBy(flip => flip.Place).Select(flips => $"{flips.Count()} like {flips.First()}"))}"
        );
        return (failed, neutral);
    }

    /// <summary>All that a verdict says is proven: checks that passed, and of each witness what it shows and until when.</summary>
    private static HashSet<string> ClaimsOf(Verdict verdict)
    {
        var claims = verdict
            .Checks.Where(check => check.Outcome is CheckOutcome.Passed)
            .Select(check => $"{check.Name} holds")
            .Append(verdict.Subject)
            .ToHashSet();
        foreach (var witness in verdict.Witnesses)
        {
            if (witness.Holds)
            {
                claims.Add($"{witness.World}/{witness.Network} holds for a {witness.Target}, {witness.State}, level {witness.Level}");
            }

            if (witness.ExistedBefore is { } time)
            {
                claims.Add(string.Create(CultureInfo.InvariantCulture, $"existed before {time:o}"));
            }

            if (witness.By is { } by)
            {
                claims.Add($"by {by}");
            }
        }

        return claims;
    }

    private static async Task<Flip> JudgeAsync(byte[] file, int offset, int bit, byte[] flipped, Func<byte[], Task<Verdict>> verify)
    {
        var place = JsonPlace.Find(file, offset);
        try
        {
            return new Flip(offset, bit, place, Excerpt(flipped, offset), await verify(flipped), Refusal: null);
        }
        catch (BadInputException refusal)
        {
            return new Flip(offset, bit, place, Excerpt(flipped, offset), Verdict: null, refusal.Message);
        }
    }

    private static string Excerpt(byte[] file, int at) =>
        NotPrintable()
            .Replace(Encoding.Latin1.GetString(file, Math.Max(0, at - 12), Math.Min(file.Length, at + 12) - Math.Max(0, at - 12)), "·");

    [GeneratedRegex("[^ -~]", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex NotPrintable();
}
