using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Digests;

namespace Hallmark.Core.Tests.Digests;

/// <summary>What holds for every content, every split and every text. FsCheck draws and shrinks.</summary>
public sealed class DigestLawTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(120).WithReplay(20261121, 1);

    private static readonly DigestAlgorithm[] All = [.. Enum.GetValues<DigestAlgorithm>().Where(a => a is not DigestAlgorithm.None)];

    [Fact]
    public void Any_split_of_any_content_gives_the_digest_of_the_whole() =>
        Check.One(
            Often,
            Prop.ForAll<byte[][]>(pieces =>
                All.All(algorithm =>
                {
                    using var builder = new DigestBuilder(algorithm);
                    Array.ForEach(pieces, piece => builder.Append(piece));
                    return builder.Finish() == Digest.Compute(algorithm, pieces.SelectMany(piece => piece).ToArray());
                })
            )
        );

    [Fact]
    public void What_is_printed_is_parsed_back_and_printed_the_same() =>
        Check.One(
            Often,
            Prop.ForAll<byte[]>(content =>
                All.All(algorithm =>
                {
                    var digest = Digest.Compute(algorithm, content);
                    var text = digest.ToString();
                    return Digest.Parse(text) == digest
                        && Digest.Parse(text).ToString() == text
                        && Digest.TryParse("x " + text, out _) is false
                        && text == $"{DigestAlgorithms.GetName(algorithm)}:{digest.Hex}"
                        && digest.Bytes.SequenceEqual(Convert.FromHexString(digest.Hex));
                })
            )
        );

    /// <summary>Texts near a digest: cut, prolonged, with a character replaced by any other.</summary>
    [Fact]
    public void Nothing_but_the_exact_form_is_ever_read_and_reading_never_throws()
    {
        var whole = Digest.Compute(DigestAlgorithm.Sha256, "abc"u8).ToString();
        Check.One(
            Often.WithMaxTest(2000),
            Prop.ForAll<NonNegativeInt, char>(
                (place, character) =>
                {
                    var at = place.Get % whole.Length;
                    var changed = whole[..at] + character + whole[(at + 1)..];
                    var isRead = Digest.TryParse(changed, out var digest);
                    return isRead
                        ? digest!.ToString() == changed // what is read prints as it was written, or it was not exact
                        : digest is null && (at > 6 ? !char.IsAsciiHexDigitLower(character) : changed != whole);
                }
            )
        );
        Check.One(Often.WithMaxTest(1000), Prop.ForAll<string>(text => text is null || !Digest.TryParse(text, out _)));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(Digest.TryParse(whole.AsSpan(0, length), out _));
            Assert.False(Digest.TryParse(whole + whole[..(length + 1)], out _));
        }
    }

    [Fact]
    public void Equality_is_that_of_algorithm_and_bytes_and_hash_codes_follow_it() =>
        Check.One(
            Often,
            Prop.ForAll<byte[], byte[], bool>(
                (first, second, same) =>
                {
                    var a = Digest.Compute(DigestAlgorithm.Blake3, first);
                    var b = Digest.Compute(DigestAlgorithm.Blake3, same ? [.. first] : second);
                    var equal = same || first.AsSpan().SequenceEqual(second);
                    return a.Equals(b) == equal
                        && (a == b) == equal
                        && (a != b) == !equal
                        && a.Equals((object)b) == equal
                        && a.Matches(b) == equal
                        && (!equal || a.GetHashCode() == b.GetHashCode())
                        && b.IsOf(first) == equal;
                }
            )
        );

    [Fact]
    public void A_digest_keeps_its_bytes_whatever_happens_to_the_callers_buffer()
    {
        var buffer = RandomNumberGenerator.GetBytes(32);
        var digest = new Digest(DigestAlgorithm.Sha256, buffer);
        var before = digest.Hex;
        Array.Clear(buffer);
        Assert.Equal(before, digest.Hex);
    }

    [Fact]
    public void A_builder_that_finished_knows_nothing_of_what_came_before() =>
        Check.One(
            Often,
            Prop.ForAll<byte[], byte[]>(
                (before, after) =>
                    All.All(algorithm =>
                    {
                        using var used = new DigestBuilder(algorithm);
                        used.Append(before);
                        used.Finish();
                        used.Append(after);
                        return used.Finish() == Digest.Compute(algorithm, after) && used.Finish() == Digest.Compute(algorithm, []);
                    })
            )
        );

    [Fact]
    public void Digests_computed_on_many_threads_at_once_are_those_computed_alone()
    {
        var contents = Enumerable.Range(0, 64).Select(i => RandomNumberGenerator.GetBytes(i * 311)).ToArray();
        var alone = contents.Select(content => All.Select(algorithm => Digest.Compute(algorithm, content)).ToArray()).ToArray();
        Parallel.For(
            0,
            contents.Length * 4,
            i => Assert.Equal(alone[i % 64], All.Select(algorithm => Digest.Compute(algorithm, contents[i % 64])).ToArray())
        );
    }

    [Fact]
    public void A_longer_buffer_keeps_what_lies_behind_the_digest()
    {
        foreach (var algorithm in All)
        {
            var size = DigestAlgorithms.GetSizeInBytes(algorithm);
            var buffer = Enumerable.Repeat((byte)0xA5, 80).ToArray();
            Assert.Equal(size, Digest.Compute(algorithm, "abc"u8, buffer));
            using var builder = new DigestBuilder(algorithm);
            builder.Append("abc"u8);
            var second = Enumerable.Repeat((byte)0xA5, 80).ToArray();
            Assert.Equal(size, builder.Finish(second));
            Assert.Equal(buffer, second);
            Assert.Equal(Enumerable.Repeat((byte)0xA5, 80 - size), buffer[size..]);
            Assert.Equal((algorithm, size), (builder.Algorithm, builder.SizeInBytes));
        }
    }

    [Fact]
    public void A_builder_that_was_disposed_says_so()
    {
        foreach (var algorithm in All)
        {
            var builder = new DigestBuilder(algorithm);
            builder.Dispose();
            builder.Dispose();
            Assert.Throws<ObjectDisposedException>(() => builder.Append("abc"u8));
            Assert.Throws<ObjectDisposedException>(() => builder.Finish());
            Assert.Throws<ObjectDisposedException>(() => builder.Finish(new byte[64]));
        }
    }

    [Fact]
    public void Names_are_exact_and_every_algorithm_has_one_of_its_own()
    {
        Assert.Equal(All.Length, All.Select(DigestAlgorithms.GetName).Distinct(StringComparer.Ordinal).Count());
        foreach (var algorithm in All)
        {
            var name = DigestAlgorithms.GetName(algorithm);
            Assert.True(DigestAlgorithms.TryParseName(name, out var read));
            Assert.Equal(algorithm, read);
            foreach (var wrong in new[] { name.ToUpperInvariant(), name + " ", " " + name, name[..^1], name + "0" })
            {
                Assert.False(DigestAlgorithms.TryParseName(wrong, out var none));
                Assert.Equal(DigestAlgorithm.None, none);
            }

            Assert.True(DigestAlgorithms.GetSizeInBytes(algorithm) <= DigestAlgorithms.MaxSizeInBytes);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => DigestAlgorithms.GetName((DigestAlgorithm)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigestAlgorithms.GetSizeInBytes((DigestAlgorithm)(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Digest.TryParseHex(DigestAlgorithm.None, "", out _));
        Assert.Throws<ArgumentNullException>(() => Digest.Parse(null!)); // ! the caller's error is the subject
    }
}
