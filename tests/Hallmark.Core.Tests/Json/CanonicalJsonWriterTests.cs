using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

public class CanonicalJsonWriterTests
{
    [Fact]
    public void Members_stand_sorted_whatever_order_they_are_written_in()
    {
        using var writer = new CanonicalJsonWriter();
        writer
            .StartObject()
            .Name("z")
            .StartArray()
            .Number(1)
            .Text("x")
            .Null()
            .Boolean(true)
            .StartObject()
            .EndObject()
            .StartArray()
            .EndArray()
            .Number(2.50)
            .EndArray()
            .Name("a")
            .Node(new JsonObject { ["d"] = 1, ["c"] = false })
            .Name("é\n")
            .Text(null)
            .EndObject();
        Assert.Equal(
            "{\"a\":{\"c\":false,\"d\":1},\"z\":[1,\"x\",null,true,{},[],2.5],\"é\\n\":null}",
            Encoding.UTF8.GetString(writer.ToArray())
        );
        var destination = new ArrayBufferWriter<byte>();
        writer.CopyTo(destination);
        Assert.Equal(writer.ToArray(), destination.WrittenSpan.ToArray());
    }

    [Fact]
    public void Texts_that_end_in_a_bracket_do_not_swallow_the_comma()
    {
        using var writer = new CanonicalJsonWriter();
        writer.StartArray().Text("[").Text("{").Text("").EndArray();
        Assert.Equal("[\"[\",\"{\",\"\"]", Encoding.UTF8.GetString(writer.ToArray()));
    }

    [Fact]
    public void What_cannot_be_canonical_is_refused()
    {
        AssertRefused(JsonFault.NotFinite, writer => writer.Number(double.NaN));
        AssertRefused(JsonFault.InexactInteger, writer => writer.Number(1L << 53));
        AssertRefused(JsonFault.LoneSurrogate, writer => writer.Text("a\uD800"));
        AssertRefused(JsonFault.DuplicateName, writer => writer.StartObject().Name("a").Null().Name("a"));
        AssertRefused(
            JsonFault.DuplicateName,
            writer => writer.StartObject().Name("a").Null().Name("b").Null().Name("a").Null().EndObject()
        );
        AssertRefused(
            JsonFault.TooDeep,
            writer =>
            {
                for (var i = 0; i < 129; i++)
                {
                    writer.StartArray();
                }
            }
        );
    }

    [Fact]
    public void What_cannot_stand_where_it_is_written_is_a_mistake_of_the_caller()
    {
        foreach (
            var mistake in new Action<CanonicalJsonWriter>[]
            {
                writer => writer.Number(1).Number(2),
                writer => writer.StartObject().Number(1),
                writer => writer.Name("a"),
                writer => writer.StartArray().Name("a"),
                writer => writer.StartObject().Name("a").Name("b"),
                writer => writer.StartObject().Name("a").EndObject(),
                writer => writer.EndObject(),
                writer => writer.EndArray(),
                writer => writer.StartObject().EndArray(),
                writer => writer.StartArray().EndObject(),
                writer => writer.ToArray(),
                writer => writer.StartArray().ToArray(),
            }
        )
        {
            using var writer = new CanonicalJsonWriter();
            Assert.Throws<InvalidOperationException>(() => mistake(writer));
        }

        var disposed = new CanonicalJsonWriter();
        disposed.Dispose();
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Null());
    }

    [Fact]
    public void Two_writers_on_one_thread_do_not_mix()
    {
        using var outer = new CanonicalJsonWriter();
        outer.StartObject().Name("b").Number(1);
        using (var inner = new CanonicalJsonWriter())
        {
            inner.StartArray().Text("inner").EndArray();
            Assert.Equal("[\"inner\"]", Encoding.UTF8.GetString(inner.ToArray()));
            outer.Name("a").Node(StrictJson.Parse(inner.ToArray()));
        }

        Assert.Equal("{\"a\":[\"inner\"],\"b\":1}", Encoding.UTF8.GetString(outer.EndObject().ToArray()));
    }

    private static void AssertRefused(JsonFault fault, Action<CanonicalJsonWriter> write)
    {
        using var writer = new CanonicalJsonWriter();
        var refusal = Assert.Throws<JsonRejectedException>(() => write(writer));
        Assert.Equal((fault, -1L), (refusal.Fault, refusal.Offset));
    }
}
