using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>Completeness tickets and their reconciliation (envelope family §17).</summary>
public sealed class CompletenessTests
{
    private const string Ticket =
        """{"scope_key":{"kind":"opaque_scope_tag","values":["ab","cd"]},"app":"ario-anchor","from":"2026-11-01T00:00:00.000Z","to":"2026-12-01T00:00:00.000Z"}""";

    [Fact]
    public void A_ticket_is_read_and_written()
    {
        var ticket = CompletenessTicket.TryRead(JsonNode.Parse(Ticket))!;
        Assert.Equal(CompletenessScope.OpaqueScopeTag, ticket.Scope);
        Assert.Equal(["ab", "cd"], ticket.Values);
        Assert.Equal(CanonicalJson.Canonicalize(JsonNode.Parse(Ticket)), CanonicalJson.Canonicalize(ticket.ToJson()));
    }

    [Fact]
    public void The_time_of_a_ticket_is_half_open()
    {
        var ticket = CompletenessTicket.TryRead(JsonNode.Parse(Ticket))!;
        Assert.True(ticket.Covers(ticket.From));
        Assert.False(ticket.Covers(ticket.From.AddTicks(-1)));
        Assert.True(ticket.Covers(ticket.To.AddTicks(-1)));
        Assert.False(ticket.Covers(ticket.To));
        Assert.True(ticket.Covers(new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.FromHours(2))));
    }

    [Theory]
    [InlineData("opaque_scope_tag", "all")]
    [InlineData("\"ab\",\"cd\"", "")]
    [InlineData("\"cd\"", "7")]
    [InlineData("\"cd\"", "\"\"")]
    [InlineData("\"app\"", "\"apq\"")]
    [InlineData("2026-12-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z")]
    [InlineData("2026-12-01T00:00:00.000Z", "tomorrow")]
    public void A_ticket_of_another_form_is_none(string from, string to)
    {
        Assert.Contains(from, Ticket, StringComparison.Ordinal);
        Assert.Null(CompletenessTicket.TryRead(JsonNode.Parse(Ticket.Replace(from, to, StringComparison.Ordinal))));
        Assert.Null(CompletenessTicket.TryRead(null));
        Assert.Null(CompletenessTicket.TryRead(JsonNode.Parse("[]")));
    }

    [Fact]
    public void Every_event_of_either_side_stands_in_exactly_one_bucket_and_the_worst_is_reported()
    {
        var property = Prop.ForAll(
            Gen.Choose(0, 3).ArrayOf().ToArbitrary(),
            places =>
            {
                // 0 in both and good, 1 in both and bad, 2 in the bundle only, 3 on the chain only
                var bundle = places.Index().Where(item => item.Item < 3).ToDictionary(item => $"{item.Index}", item => item.Item != 1);
                var chain = places.Index().Where(item => item.Item != 2).Select(item => $"{item.Index}").ToList();
                var result = CompletenessReconciliation.Of(bundle, chain);
                CompletenessBucket[] buckets =
                [
                    CompletenessBucket.Verified,
                    CompletenessBucket.Refuted,
                    CompletenessBucket.Unnotarized,
                    CompletenessBucket.Missing,
                ];
                return Enumerable.Range(0, 4).All(kind => result[buckets[kind]].Length == places.Count(place => place == kind))
                    && result.Worst == (places.Length == 0 ? null : places.Min(place => (CompletenessBucket?)buckets[place]));
            }
        );
        property.QuickCheckThrowOnFailure();
    }

    [Fact]
    public void One_event_that_only_the_chain_knows_is_worse_than_any_that_only_the_bundle_has()
    {
        var result = CompletenessReconciliation.Of(new Dictionary<string, bool> { ["a"] = true, ["b"] = true }, ["a", "c", "c"]);
        Assert.Equal(CompletenessBucket.Missing, result.Worst);
        Assert.Equal("c", Assert.Single(result[CompletenessBucket.Missing]));
        Assert.Equal("b", Assert.Single(result[CompletenessBucket.Unnotarized]));
        Assert.Equal("a", Assert.Single(result[CompletenessBucket.Verified]));
    }
}
