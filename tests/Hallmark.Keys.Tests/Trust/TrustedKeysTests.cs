using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Core.Signatures;
using Hallmark.Keys.Trust;
using Hallmark.Testing;

namespace Hallmark.Keys.Tests.Trust;

/// <summary>The setting <c>trusted_keys</c>: without it any self-signed envelope looks as good as one of ours (<c>peer-faults.md</c> §1).</summary>
public sealed class TrustedKeysTests
{
    private const string First = "207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6";
    private const string Second = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";

    private static readonly DateTimeOffset Midsummer = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_signer_that_nobody_listed_is_never_trusted_however_well_the_signature_verifies()
    {
        var trust = TrustedKeys.None.Judge(Key(First), Midsummer);
        Assert.False(trust.IsTrusted);
        Assert.Equal("signed by 207a…b6, for which nobody here vouches", trust.Sentence);
        Assert.Null(TrustedKeys.None.Find(Key(First)));
    }

    [Fact]
    public void A_listed_signer_is_named()
    {
        var keys = Parse(
            $$"""[{"name":"risk-release","public_key":"{{First}}","since":"2026-01-01"},{"name":"ci","public_key":"{{Second.ToUpperInvariant()}}"}]"""
        );
        Assert.Equal("signed by \"risk-release\" (207a…b6), trusted since 2026-01-01", keys.Judge(Key(First), Midsummer).Sentence);
        Assert.Equal("signed by \"ci\" (3b6a…29), trusted", keys.Judge(Key(Second), null).Sentence);
        Assert.Equal(["risk-release", "ci"], keys.Keys.Select(key => key.Name));
    }

    /// <summary>Whoever leaves the time out of what he signs must not gain by it.</summary>
    [Fact]
    public void A_key_that_is_trusted_from_a_time_on_does_not_count_where_the_signature_claims_no_time()
    {
        var keys = Parse($$"""[{"name":"risk-release","public_key":"{{First}}","since":"2026-01-01"}]""");
        var trust = keys.Judge(Key(First), null);
        Assert.Equal((TrustStatus.NotYet, false), (trust.Status, trust.IsTrusted));
        Assert.Equal(
            "signed by \"risk-release\" (207a…b6), trusted only since 2026-01-01, and nothing says that the signature is not older",
            trust.Sentence
        );
    }

    [Theory]
    [InlineData("2026-06-21T12:00:00Z", TrustStatus.Trusted)]
    [InlineData("2026-01-01T00:00:00Z", TrustStatus.Trusted)]
    [InlineData("2025-12-31T23:59:59Z", TrustStatus.NotYet)]
    [InlineData("2026-07-01T09:29:59Z", TrustStatus.Trusted)]
    [InlineData("2026-07-01T09:30:00Z", TrustStatus.Retired)]
    [InlineData(null, TrustStatus.Retired)]
    public void A_retired_key_counts_only_for_what_it_signed_before(string? signedAt, TrustStatus expected)
    {
        foreach (var member in new[] { "until", "retired_at" })
        {
            var keys = Parse(
                $$"""[{"name":"old","public_key":"{{First}}","since":"2026-01-01","{{member}}":"2026-07-01T11:30:00+02:00"}]"""
            );
            var trust = keys.Judge(Key(First), signedAt is null ? null : DateTimeOffset.Parse(signedAt, null));
            Assert.Equal(expected, trust.Status);
            Assert.Equal(expected == TrustStatus.Trusted, trust.IsTrusted);
            Assert.Equal("old", trust.Key?.Name);
            Assert.Contains("2026-", trust.Sentence, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}", "trusted_keys: ")]
    [InlineData("null", "trusted_keys: ")]
    [InlineData("[7]", "trusted_keys[0]: ")]
    [InlineData("[{}]", "trusted_keys[0].name: is missing", "trusted_keys[0].public_key: is missing")]
    [InlineData("""[{"name":"a","public_key":"20"}]""", "trusted_keys[0].public_key: must be 64")]
    [InlineData("""[{"name":"a","public_key":null}]""", "trusted_keys[0].public_key: must be 64")]
    [InlineData("""[{"name":"","public_key":"FIRST"}]""", "trusted_keys[0].name: ")]
    [InlineData("""[{"name":"a\n","public_key":"FIRST"}]""", "trusted_keys[0].name: ")]
    [InlineData("""[{"name":"\ud800","public_key":"FIRST"}]""", "trusted_keys[0]: ")]
    [InlineData(
        """[{"name":"a","public_key":"0100000000000000000000000000000000000000000000000000000000000000"}]""",
        "trusted_keys[0].public_key: is no usable"
    )]
    [InlineData(
        """[{"name":"a","public_key":"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}]""",
        "trusted_keys[0].public_key: is no usable"
    )]
    [InlineData(
        """[{"name":"a","public_key":"0200000000000000000000000000000000000000000000000000000000000000"}]""",
        "trusted_keys[0].public_key: is no usable"
    )]
    [InlineData("""[{"name":"a","public_key":"FIRST"},{"name":"a","public_key":"SECOND"}]""", "trusted_keys[1].name: ")]
    [InlineData("""[{"name":"a","public_key":"FIRST"},{"name":"b","public_key":"FIRST"}]""", "trusted_keys[1].public_key: ")]
    [InlineData("""[{"name":"a","public_key":"FIRST","untill":"2026-01-01"}]""", "trusted_keys[0].untill: is not known")]
    [InlineData(
        """[{"name":"a","public_key":"FIRST","until":"2026-01-01","retired_at":"2026-01-01"}]""",
        "trusted_keys[0].retired_at: is given twice"
    )]
    [InlineData("""[{"name":"a","name":"b","public_key":"FIRST"}]""", "trusted_keys[0].name: is given twice")]
    [InlineData("""[{"name":"a","public_key":"FIRST","since":"yesterday"}]""", "trusted_keys[0].since: must be a time")]
    [InlineData("""[{"name":"a","public_key":"FIRST","since":"2026-13-01"}]""", "trusted_keys[0].since: must be a time")]
    [InlineData(
        """[{"name":"a","public_key":"FIRST","since":"2026-02-01","until":"2026-02-01"}]""",
        "trusted_keys[0].until: is not after since"
    )]
    public void A_fault_is_named_with_its_place_and_trusts_nobody(string json, params string[] expected)
    {
        using var document = JsonDocument.Parse(
            json.Replace("FIRST", First, StringComparison.Ordinal).Replace("SECOND", Second, StringComparison.Ordinal)
        );
        var keys = TrustedKeys.Parse(document.RootElement, out var faults);
        Assert.Equal(expected.Length, faults.Count);
        Assert.All(expected.Zip(faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Empty(keys.Keys);
        Assert.Equal(faults, Assert.Throws<BadInputException>(() => TrustedKeys.Parse(document.RootElement)).Hints);
    }

    /// <summary>A time without an offset is nobody's: half a day of signatures would count or not, depending on who reads it.</summary>
    [Theory]
    [InlineData("2026-07-01", "2026-07-01T00:00:00Z")]
    [InlineData("2026-07-01T09:30Z", "2026-07-01T09:30:00Z")]
    [InlineData("2026-07-01T09:30+02:00", "2026-07-01T07:30:00Z")]
    [InlineData("2026-07-01T09:30:15Z", "2026-07-01T09:30:15Z")]
    [InlineData("2026-07-01T09:30:15-05:30", "2026-07-01T15:00:15Z")]
    [InlineData("2026-07-01T09:30:15.25Z", "2026-07-01T09:30:15.25Z")]
    [InlineData("2026-07-01T09:30:15.0000001+00:00", "2026-07-01T09:30:15.0000001Z")]
    [InlineData("2026-07-01T09:30", null)]
    [InlineData("2026-07-01T09:30:15", null)]
    [InlineData("2026-07-01T09:30:15.5", null)]
    [InlineData("2026-07-01 09:30:15Z", null)]
    [InlineData("2026-07-01Z", null)]
    [InlineData("2026-7-1", null)]
    [InlineData("2026-07-01T24:00:00Z", null)]
    [InlineData("2026-07-01T09:30:60Z", null)]
    [InlineData(" 2026-07-01", null)]
    [InlineData("2026-02-29", null)]
    [InlineData("1782898200", null)]
    [InlineData("", null)]
    public void A_time_is_a_date_in_UTC_or_has_an_offset(string text, string? expected)
    {
        using var document = JsonDocument.Parse($$"""[{"name":"a","public_key":"{{First}}","until":"{{text}}"}]""");
        var keys = TrustedKeys.Parse(document.RootElement, out var faults);
        if (expected is null)
        {
            Assert.Equal(["trusted_keys[0].until: must be a time such as 2026-01-31 or 2026-01-31T09:00:00Z"], faults);
        }
        else
        {
            Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Assert.Single(keys.Keys).Until);
        }
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_name_has_at_most_two_hundred_characters(int length, bool isOne)
    {
        using var document = JsonDocument.Parse($$"""[{"name":"{{new string('a', length)}}","public_key":"{{First}}"}]""");
        Assert.Equal(isOne ? 1 : 0, TrustedKeys.Parse(document.RootElement, out var faults).Keys.Length);
        Assert.Equal(isOne ? 0 : 1, faults.Count);
    }

    [Theory]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("\\u00a0a")]
    [InlineData("a\\u0000")]
    [InlineData("a\\u007f")]
    [InlineData("a\\u0085b")]
    public void A_name_that_could_pass_for_another_in_a_report_is_refused(string name)
    {
        using var document = JsonDocument.Parse($$"""[{"name":"{{name}}","public_key":"{{First}}"}]""");
        TrustedKeys.Parse(document.RootElement, out var faults);
        Assert.StartsWith("trusted_keys[0].name: must be 1 to 200 characters", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_keys_are_read_and_one_more_is_refused()
    {
        // The count alone decides, so that a list beyond it is not gone through.
        using var most = JsonDocument.Parse("[" + string.Join(',', Enumerable.Repeat("7", 10_000)) + "]");
        TrustedKeys.Parse(most.RootElement, out var faults);
        Assert.Equal(10_000, faults.Count);
        using var more = JsonDocument.Parse("[" + string.Join(',', Enumerable.Repeat("7", 10_001)) + "]");
        TrustedKeys.Parse(more.RootElement, out faults);
        Assert.Equal(["trusted_keys: must be a list of at most 10000 keys"], faults);
    }

    [Theory]
    [InlineData("", "2026-06-21T12:00:00Z", "signed by \"a\" (207a…b6), trusted")]
    [InlineData(",\"until\":\"2027-01-01\"", "2026-06-21T12:00:00Z", "signed by \"a\" (207a…b6), trusted until 2027-01-01")]
    [InlineData(
        ",\"since\":\"2026-01-01T08:30:00+01:00\",\"until\":\"2027-01-01\"",
        "2026-06-21T12:00:00Z",
        "signed by \"a\" (207a…b6), trusted from 2026-01-01T07:30:00Z until 2027-01-01"
    )]
    [InlineData(
        ",\"since\":\"2026-07-01\"",
        "2026-06-21T12:00:00Z",
        "signed by \"a\" (207a…b6), trusted only since 2026-07-01, after the signature's own time, 2026-06-21T12:00:00Z"
    )]
    [InlineData(
        ",\"until\":\"2026-06-21\"",
        "2026-06-21T12:00:00+02:00",
        "signed by \"a\" (207a…b6), a key that was retired on 2026-06-21, before the signature's own time, 2026-06-21T10:00:00Z"
    )]
    [InlineData(
        ",\"until\":\"2026-06-21\"",
        null,
        "signed by \"a\" (207a…b6), a key that was retired on 2026-06-21, and nothing says that the signature is older"
    )]
    public void The_sentence_says_who_and_from_when_to_when(string members, string? signedAt, string sentence)
    {
        var keys = Parse($$"""[{"name":"a","public_key":"{{First}}"{{members}}}]""");
        var time = signedAt is null
            ? (DateTimeOffset?)null
            : DateTimeOffset.Parse(signedAt, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(sentence, keys.Judge(Key(First), time).Sentence);
    }

    [Fact]
    public void Every_fault_is_reported_at_once()
    {
        using var document = JsonDocument.Parse("""[{"name":"a","public_key":"x","since":"y"},7,{}]""");
        TrustedKeys.Parse(document.RootElement, out var faults);
        Assert.Equal(5, faults.Count);
    }

    [Fact]
    public void The_signer_option_takes_a_key_a_trusted_name_or_the_name_of_an_own_key()
    {
        using var folder = new TemporaryFolder();
        var own = new KeyFolder(Path.Combine(folder.Path, "keys"));
        using var release = own.Create("release");
        var keys = Parse($$"""[{"name":"ci","public_key":"{{First}}"}]""");
        Assert.Equal(First, keys.ResolveSigner("ci", own).Hex);
        Assert.Equal(Second, keys.ResolveSigner(Second, own).Hex);
        Assert.Equal(release.PublicKey.Hex, keys.ResolveSigner("release", own).Hex);
        Assert.Equal(release.PublicKey.Hex, TrustedKeys.None.ResolveSigner("release", own).Hex);
    }

    [Fact]
    public void A_name_of_the_list_goes_before_an_own_key_of_the_same_name()
    {
        using var folder = new TemporaryFolder();
        var own = new KeyFolder(Path.Combine(folder.Path, "keys"));
        own.Create("ci").Dispose();
        Assert.Equal(First, Parse($$"""[{"name":"ci","public_key":"{{First}}"}]""").ResolveSigner("ci", own).Hex);
    }

    [Fact]
    public void What_is_no_signer_is_refused_with_the_names_that_there_are()
    {
        using var folder = new TemporaryFolder();
        var own = new KeyFolder(Path.Combine(folder.Path, "keys"));
        var keys = Parse($$"""[{"name":"ci","public_key":"{{First}}"}]""");
        var refusal = Assert.Throws<BadInputException>(() => keys.ResolveSigner("cl", own));
        Assert.Contains(refusal.Hints, hint => hint == "Trusted keys: ci");
        Assert.Contains(refusal.Hints, hint => hint == "This home has no keys");
        own.Create("release").Dispose();
        refusal = Assert.Throws<BadInputException>(() => TrustedKeys.None.ResolveSigner("releese", own));
        Assert.Contains(refusal.Hints, hint => hint == "Keys of this home: release");
        Assert.Throws<BadInputException>(() => TrustedKeys.None.ResolveSigner(First[1..], own));
        Assert.Throws<BadInputException>(() => keys.ResolveSigner(new string('0', 64), own));
        Assert.Throws<BadInputException>(() => keys.ResolveSigner("../release", own));
    }

    [Fact]
    public void An_own_key_that_cannot_be_read_is_named_with_its_trouble_and_stands_for_nobody()
    {
        using var folder = new TemporaryFolder();
        var own = new KeyFolder(Path.Combine(folder.Path, "keys"));
        own.Create("broken").Dispose();
        File.WriteAllText(Path.Combine(folder.Path, "keys", "broken.private.json"), "{}");
        Assert.Contains("broken", Assert.Throws<BadInputException>(() => TrustedKeys.None.ResolveSigner("broken", own)).Message);
    }

    private static TrustedKeys Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TrustedKeys.Parse(document.RootElement);
    }

    private static Ed25519PublicKey Key(string hex) =>
        Ed25519PublicKey.TryParseHex(hex, out var key) ? key : throw new InvalidOperationException(hex);
}
