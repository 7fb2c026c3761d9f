using System.Text;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Files that hold a seed: taken where there is one seed and nothing else could be meant, else refused without a word of what they hold.</summary>
public sealed class ExporterKeyTests
{
    private const string Seed = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Other = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    [Theory]
    [InlineData("{\"seed\":\"" + Seed + "\"}{\"seed\":\"" + Other + "\"}")]
    [InlineData("{\"seed\":\"" + Seed + "\"} trailing")]
    [InlineData("{\"seed\":\"" + Seed + "\"},")]
    [InlineData("{\"seed\":\"" + Seed + "\"}\n" + Other)]
    [InlineData("{\"seed\":\"" + Seed + "\"}]")]
    [InlineData("{\"seed\":\"" + Seed + "\"")]
    [InlineData("{\"seed\":\"" + Seed + "\",}")]
    public void What_follows_the_object_or_is_missing_from_it_makes_the_file_no_key(string text) => AssertRefused(text);

    [Theory]
    [InlineData("seed")]
    [InlineData("privateKey")]
    [InlineData("private_key")]
    public void A_member_that_stands_twice_is_refused_since_readers_differ_on_which_counts(string name) =>
        AssertRefused($"{{\"{name}\":\"{Seed}\",\"{name}\":\"{Other}\"}}");

    [Theory]
    [InlineData("{\"\\u0073eed\":\"" + Seed + "\"}")]
    [InlineData("{\"a\":{\"seed\":\"" + Other + "\"},\"seed\":\"" + Seed + "\"}")]
    [InlineData("{\"a\":[{\"seed\":\"" + Other + "\"}],\"seed\":\"" + Seed + "\",\"b\":null}")]
    [InlineData("{\"private_key\":\"" + Other + "\",\"seed\":\"" + Seed + "\"}")]
    [InlineData("\r\n\t {\"seed\" : \" " + Seed + "\"}\n")]
    [InlineData("\n" + Seed + "\r\n")]
    public void The_seed_of_the_outermost_object_counts_and_the_first_of_the_names(string text)
    {
        using var key = ExporterKey.Read(Encoding.UTF8.GetBytes(text));
        using var same = ExporterKey.Read(Encoding.UTF8.GetBytes(Seed.ToUpperInvariant()));
        Assert.Equal(same.PublicKey, key.PublicKey);
    }

    [Theory]
    [InlineData("\ufeff" + Seed)]
    [InlineData("0x" + Seed)]
    [InlineData(Seed + "00")]
    [InlineData(Seed + " " + Seed)]
    [InlineData("{\"SEED\":\"" + Seed + "\"}")]
    [InlineData("{\"seed\":[\"" + Seed + "\"]}")]
    [InlineData("{\"seed\":\"\\u0030123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}")]
    [InlineData("{\"a\":{\"seed\":\"" + Seed + "\"}}")]
    [InlineData("[\"" + Seed + "\"]")]
    [InlineData("\"" + Seed + "\"")]
    public void Anything_else_is_no_key(string text) => AssertRefused(text);

    [Fact]
    public void A_file_of_many_levels_is_refused_and_not_walked_down()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000);
        AssertRefused("{\"seed\":\"" + Seed + "\",\"b\":" + deep + "}");
    }

    [Fact]
    public void A_file_cut_or_changed_anywhere_gives_no_key_or_another_and_never_an_exception_of_a_lower_layer()
    {
        var whole = Encoding.UTF8.GetBytes("{\"kind\":\"ed25519\",\"seed\":\"" + Seed + "\",\"n\":[1,2]}");
        for (var cut = 0; cut < whole.Length; cut++)
        {
            AssertRefused(whole[..cut]);
        }

        var random = new Random(20261121);
        for (var round = 0; round < 2_000; round++)
        {
            var changed = whole.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                ExporterKey.Read(changed).Dispose();
            }
            catch (BadInputException refusal)
            {
                Assert.DoesNotContain("0123456789", refusal.ToString(), StringComparison.Ordinal);
            }
        }
    }

    private static void AssertRefused(string text) => AssertRefused(Encoding.UTF8.GetBytes(text));

    private static void AssertRefused(byte[] bytes)
    {
        var refusal = Assert.Throws<BadInputException>(() => ExporterKey.Read(bytes));
        Assert.Null(refusal.InnerException);
        Assert.DoesNotContain("0123456789", refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("fedcba", refusal.ToString(), StringComparison.Ordinal);
    }
}
