using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>128 nested containers and no more, by every way in; what repeated names do at depth.</summary>
public class NestingTests
{
    public static TheoryData<string> Shapes { get; } = new("[", "{", "[{", "{[", "[[{", "{{[");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_129th_container_is_refused_by_every_way_whatever_the_containers_are(string shape)
    {
        foreach (var inner in new[] { "1", "" })
        {
            var accepted = Encoding.UTF8.GetBytes(Text(shape, 128, inner));
            Assert.Equal(accepted, CanonicalJson.Canonicalize(accepted));
            Assert.Equal(accepted, CanonicalJson.Canonicalize(StrictJson.Parse(accepted)));
            using var writer = new CanonicalJsonWriter();
            Assert.Equal(accepted, writer.Node(StrictJson.Parse(accepted)).ToArray());

            var refused = Encoding.UTF8.GetBytes(Text(shape, 129, inner));
            Assert.Equal(JsonFault.TooDeep, Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(refused)).Fault);
            using var loose = JsonDocument.Parse(refused, new JsonDocumentOptions { MaxDepth = 200 });
            Assert.Equal(
                JsonFault.TooDeep,
                Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(loose.RootElement)).Fault
            );
            var node = JsonNode.Parse(refused, documentOptions: new JsonDocumentOptions { MaxDepth = 200 });
            Assert.Equal(JsonFault.TooDeep, Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(node)).Fault);
            Assert.Equal(JsonFault.TooDeep, Assert.Throws<JsonRejectedException>(() => CanonicalJson.Sha256Hex(node)).Fault);
        }
    }

    [Fact]
    public void A_node_that_is_written_inside_open_containers_counts_them()
    {
        foreach (var (outer, fits) in new[] { (120, true), (121, false) })
        {
            using var writer = new CanonicalJsonWriter();
            for (var i = 0; i < outer; i++)
            {
                writer.StartArray();
            }

            var node = StrictJson.Parse(Encoding.UTF8.GetBytes(Text("{", 8, "1")));
            Assert.Equal(fits ? null : JsonFault.TooDeep, (Record.Exception(() => writer.Node(node)) as JsonRejectedException)?.Fault);
        }
    }

    [Fact]
    public void The_last_value_of_a_name_is_kept_at_every_depth_and_inside_what_is_dropped_nothing_is_looser()
    {
        Assert.Equal(
            """{"a":{"b":[{"c":3,"d":[]}]}}""",
            KeepLast("""{"a":1,"a":{"b":2,"b":[{"c":1,"d":{"x":1,"x":2},"c":2,"d":[],"\u0063":3}]}}""")
        );
        Assert.Equal("""[{"a":2},{"a":4}]""", KeepLast("""[{"a":1,"a":2},{"a":3,"a":4}]"""));
        Assert.Equal("""{"":3,"😀":2}""", KeepLast("""{"😀":1,"":0,"\ud83d\ude00":2,"":3}"""));
        Assert.Equal("{\"a\":\"" + new string('x', 5000) + "\"}", KeepLast("{\"a\":[1,2,3],\"a\":\"" + new string('x', 5000) + "\"}"));
        // What is dropped was read as strictly as the rest.
        Assert.Throws<JsonRejectedException>(() => KeepLast("""{"a":"\ud800","a":1}"""));
        Assert.Throws<JsonRejectedException>(() => KeepLast("""{"a":1e999,"a":1}"""));
        Assert.Throws<JsonRejectedException>(() => KeepLast("{\"a\":" + Text("[", 128, "") + ",\"a\":1}"));
    }

    [Fact]
    public void A_hundred_repetitions_of_many_names_leave_the_last_of_each()
    {
        var random = new Random(77);
        var members = Enumerable.Range(0, 3000).Select(i => (Name: "n" + random.Next(30), Value: i)).ToArray();
        var text = "{" + string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value}")) + "}";
        var last = members
            .GroupBy(member => member.Name)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"\"{group.Key}\":{group.Last().Value}");
        Assert.Equal("{" + string.Join(',', last) + "}", KeepLast(text));
    }

    private static string KeepLast(string text) =>
        Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text), DuplicateNames.KeepLast));

    /// <summary>That many containers, of the shape's kinds in turn, around a scalar or nothing.</summary>
    private static string Text(string shape, int depth, string inner)
    {
        var kinds = Enumerable.Range(0, depth).Select(i => shape[i % shape.Length]).ToArray();
        var open = kinds.Select(
            (kind, i) =>
                kind == '[' ? "["
                : i == depth - 1 && inner.Length == 0 ? "{"
                : "{\"a\":"
        );
        return string.Concat(open)
            + (kinds[^1] == '{' && inner.Length == 0 ? "" : inner)
            + string.Concat(kinds.Reverse().Select(kind => kind == '[' ? ']' : '}'));
    }
}
