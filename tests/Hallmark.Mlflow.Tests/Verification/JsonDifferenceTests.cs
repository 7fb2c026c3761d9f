using System.Text.Json.Nodes;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.Verification;

/// <summary>What differs, by name. A difference that is not named is a change that nobody sees; one that is named wrongly sends people looking elsewhere.</summary>
public sealed class JsonDifferenceTests
{
    private static readonly JsonObject Record = JsonNode
        .Parse(
            """
            {"params": {"lr": "0.01", "depth": "3", "größe": "ä"}, "metrics": {"loss": 0.25, "acc": 1, "bad": "NaN"}, "nested": {"a": {"b": [1, "2", null, true, {"c": []}]}},
             "empty": {}, "none": null, "list": [], "text": ""}
            """
        )!
        .AsObject();

    public static TheoryData<string> Leaves() => [.. Walk(Record, "")];

    [Fact]
    public void A_value_does_not_differ_from_itself_however_it_is_written()
    {
        Assert.Empty(JsonDifferences.Between("", Record, Record.DeepClone()));
        Assert.Empty(JsonDifferences.Between("x", null, null));
        Assert.Empty(Between("""{"a": 1, "b": [1.0, 1e2]}""", """{"b": [1, 100], "a": 1.000}"""));
        Assert.Empty(Between("""{"a": -0.0}""", """{"a": 0}"""));
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void One_change_is_one_difference_with_its_name_and_both_values(string place)
    {
        foreach (
            var value in new JsonNode?[]
            {
                "changed",
                7,
                false,
                new JsonObject { ["x"] = 1 },
                new JsonArray(1),
            }
        )
        {
            var changed = Record.DeepClone().AsObject();
            Put(changed, place, value?.DeepClone());
            var difference = Assert.Single(JsonDifferences.Between("", Record, changed));
            Assert.Equal(place, difference.What);
            Assert.Equal(JsonDifferences.Show(At(Record, place)), difference.Anchored);
            Assert.Equal(JsonDifferences.Show(value), difference.Found);

            var back = Assert.Single(JsonDifferences.Between("", changed, Record));
            Assert.Equal((place, difference.Found, difference.Anchored), (back.What, back.Anchored, back.Found));
        }
    }

    [Fact]
    public void What_is_gone_and_what_is_new_are_told_apart_from_what_is_null()
    {
        var difference = Assert.Single(Between("""{"a": null}""", "{}"));
        Assert.Equal(("a", "null", null), (difference.What, difference.Anchored, difference.Found));
        difference = Assert.Single(Between("{}", """{"a": null}"""));
        Assert.Equal(("a", null, "null"), (difference.What, difference.Anchored, difference.Found));
        difference = Assert.Single(Between("""{"a": ""}""", """{"a": null}"""));
        Assert.Equal(("a", "", "null"), (difference.What, difference.Anchored, difference.Found));
        Assert.Equal(["a[1]", "a[2]"], Between("""{"a": [1]}""", """{"a": [1, 2, null]}""").Select(one => one.What));
        Assert.Equal(["a", "b"], Between("""{"a": {}}""", """{"b": {}}""").Select(one => one.What));
    }

    [Theory]
    [InlineData("1", "\"1\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("{}", "[]")]
    [InlineData("0", "false")]
    [InlineData("0.1", "0.10000000000000002")]
    [InlineData("\"a\"", "\"A\"")]
    [InlineData("\"e\\u0301\"", "\"é\"")]
    public void Values_that_only_look_alike_differ(string anchored, string found) =>
        Assert.Single(Between($$"""{"v": {{anchored}}}""", $$"""{"v": {{found}}}"""));

    [Theory]
    [InlineData(0)]
    [InlineData(159)]
    [InlineData(160)]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(5_000)]
    public void Two_long_texts_are_never_shown_alike_wherever_they_part(int place)
    {
        var text = new string('a', 6_000);
        var difference = Assert.Single(
            JsonDifferences.Between(
                "",
                new JsonObject { ["prompt"] = text },
                new JsonObject { ["prompt"] = text[..place] + "B" + text[(place + 1)..] }
            )
        );
        Assert.NotEqual(difference.Anchored, difference.Found);
        Assert.Contains("B", difference.Found, StringComparison.Ordinal);
        Assert.InRange(difference.Found!.Length, 1, 210);
        Assert.Equal(difference.Anchored, difference.Found.Replace('B', 'a'));
    }

    [Fact]
    public void A_text_that_goes_on_where_the_other_ends_is_shown_with_what_it_has_more()
    {
        var text = new string('a', 1_000);
        var difference = Assert.Single(JsonDifferences.Between("p", text, text + "more"));
        Assert.NotEqual(difference.Anchored, difference.Found);
        Assert.EndsWith("more", difference.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_goes_through_no_character_of_two_units()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var text = new string('x', shift) + string.Concat(Enumerable.Repeat("😀", 400));
            foreach (var other in new[] { text + "y", text[..^2] + "😁", text.Insert(301 - (shift % 2 == 0 ? 1 : 0), "") + "z" })
            {
                var difference = Assert.Single(JsonDifferences.Between("p", text, other));
                foreach (var shown in new[] { difference.Anchored!, difference.Found!, JsonDifferences.Show(text) })
                {
                    Assert.Equal(shown, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(shown)));
                }
            }
        }
    }

    [Fact]
    public void A_million_differences_are_a_thousand_in_the_order_of_their_names()
    {
        var (left, right) = (new JsonObject(), new JsonObject());
        for (var i = 0; i < 5_000; i++)
        {
            left["k" + i.ToString("00000", null)] = i;
            right["k" + i.ToString("00000", null)] = i + 1;
        }

        var differences = JsonDifferences.Between("params", left, right);
        Assert.Equal(1_000, differences.Count);
        Assert.Equal("params.k00000", differences[0].What);
        Assert.Equal("params.k00999", differences[^1].What);
    }

    private static IReadOnlyList<Core.Checks.Difference> Between(string anchored, string found) =>
        JsonDifferences.Between("", JsonNode.Parse(anchored), JsonNode.Parse(found));

    private static IEnumerable<string> Walk(JsonNode? node, string place) =>
        node switch
        {
            JsonObject { Count: > 0 } members => members.SelectMany(member =>
                Walk(member.Value, place.Length == 0 ? member.Key : $"{place}.{member.Key}")
            ),
            JsonArray { Count: > 0 } items => items.SelectMany((item, i) => Walk(item, $"{place}[{i}]")),
            // Against another container an empty one differs by what the other one holds.
            JsonObject or JsonArray => [],
            _ => [place],
        };

    private static JsonNode? At(JsonNode? node, string place)
    {
        foreach (var step in Steps(place))
        {
            node = node is JsonArray items ? items[int.Parse(step, null)] : node![step];
        }

        return node;
    }

    private static void Put(JsonObject root, string place, JsonNode? value)
    {
        var steps = Steps(place);
        JsonNode node = root;
        foreach (var step in steps[..^1])
        {
            node = node is JsonArray list ? list[int.Parse(step, null)]! : node[step]!;
        }

        if (node is JsonArray items)
        {
            items[int.Parse(steps[^1], null)] = value;
        }
        else
        {
            node[steps[^1]] = value;
        }
    }

    private static string[] Steps(string place) => place.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
}
