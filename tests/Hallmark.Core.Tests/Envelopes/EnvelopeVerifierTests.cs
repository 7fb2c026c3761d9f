using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;

namespace Hallmark.Core.Tests.Envelopes;

public class EnvelopeVerifierTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"payload_hash\":1e400}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{}{}")]
    public void Malformed_bytes_give_a_result_in_which_nothing_holds(string text)
    {
        var result = EnvelopeVerifier.Verify(Encoding.UTF8.GetBytes(text), "x"u8.ToArray(), "ff", allowLegacy: true);
        Assert.True(result.IsMalformed);
        Assert.False(result.IsOk || result.SpecVersionOk || result.SignatureOk);
        Assert.Null(result.PayloadHashOk);
        Assert.False(result.ContentHashOk);
        Assert.Contains("byte", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_depth_is_a_result_too()
    {
        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)));
        Assert.False(EnvelopeVerifier.Verify(deep).IsOk);
        Assert.False(EnvelopeView.TryRead(deep, out _));
    }

    [Theory]
    [InlineData("""{"spec_version":"ario.mlflow/v1","spec_version":"ario.mlflow/v1"}""")]
    [InlineData("""{"a\ud800":1}""")]
    [InlineData("""{"payload_hash":"\ud800","public_key":"\ud800","signature":"\ud800","spec_version":"\ud800"}""")]
    [InlineData("""{"subject":{"\ud800":1},"payload":{"a":1,"a":2},"payload_hash":"x","spec_version":"ario.agent/v1"}""")]
    public void A_tree_from_a_looser_reader_gives_a_result_and_no_exception(string text)
    {
        var result = EnvelopeVerifier.Verify(JsonNode.Parse(text), committedBytes: null, expectedContentHash: "ff", allowLegacy: true);
        Assert.False(result.IsOk);
        Assert.False(CommitmentVerification.Verify(JsonNode.Parse(text), committedBytes: null).IsOverall);
    }

    [Theory]
    [InlineData("hallmark/v1", true)]
    [InlineData("hallmark/v1.7", true)]
    [InlineData("ario.events/v1.0123456789012345678901234567890", true)]
    [InlineData("hallmark/v1.", false)]
    [InlineData("hallmark/v10", false)]
    [InlineData("hallmark/v1.1.1", false)]
    [InlineData("hallmark/v1.\n", false)]
    [InlineData("Hallmark/v1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_accepted_majors_with_a_well_formed_minor_are_supported(string? specVersion, bool supported) =>
        Assert.Equal(supported, SpecVersion.IsSupported(specVersion));

    [Theory]
    [InlineData("""["it's", 1.0, 1e16, 1e-5, -0, null]""", """["it's", 1.0, 1e+16, 1e-05, 0, None]""")]
    [InlineData("""{"a":{"b":false},"\u0001":"\t'\""}""", """{'a': {'b': False}, '\x01': '\t\'"'}""")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("123456.789", "123456.789")]
    public void An_unsupported_value_is_quoted_as_the_reference_quotes_it(string value, string quoted)
    {
        var result = EnvelopeVerifier.Verify(JsonNode.Parse("{\"spec_version\":" + value + "}"));
        Assert.Equal("unsupported spec_version: " + quoted, result.Errors[0]);
    }

    [Fact]
    public void Time_stamps_have_the_spelling_of_their_profile()
    {
        var time = new DateTimeOffset(2026, 3, 1, 1, 2, 3, TimeSpan.FromHours(2)).AddTicks(1_234_569);
        Assert.Equal("2026-02-28T23:02:03.123456+00:00", EnvelopeTime.Microseconds(time));
        Assert.Equal("2026-02-28T23:02:03.123Z", EnvelopeTime.Milliseconds(time));
        Assert.Equal("1970-01-01T00:00:00+00:00", EnvelopeTime.Microseconds(DateTimeOffset.UnixEpoch.AddTicks(9)));
        Assert.Equal("1970-01-01T00:00:00.000001+00:00", EnvelopeTime.Microseconds(DateTimeOffset.UnixEpoch.AddTicks(10)));
    }

    [Fact]
    public void Event_ids_are_random_UUIDs_of_version_4_in_lower_case()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => new RandomEventIds().Next()).ToArray();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id));
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }
}
