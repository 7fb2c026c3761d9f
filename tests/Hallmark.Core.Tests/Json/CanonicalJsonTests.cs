using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

public class CanonicalJsonTests
{
    [Fact]
    public void Names_are_sorted_by_UTF16_code_units_and_not_by_code_points()
    {
        // U+1F600 is D83D DE00 in UTF-16 and so sorts before U+E000 and U+FB33, after U+D7FF and U+20AC.
        Assert.Equal(
            "{\"\":0,\"\\u0000\":1,\"\\r\":2,\"!\":3,\"\\\"\":4,\"1\":5,\"\\\\\":6,\"a\":7,\"aa\":8,\"\u0080\":9,\"é\":10,\"€\":11,\"\uD7FF\":12,\"😀\":13,\"\uE000\":14,\"\uFB33\":15}",
            Canonical(
                "{\"\uFB33\":15,\"\uE000\":14,\"😀\":13,\"\uD7FF\":12,\"€\":11,\"é\":10,\"\u0080\":9,\"aa\":8,\"a\":7,\"\\\\\":6,\"1\":5,\"\\\"\":4,\"!\":3,\"\\r\":2,\"\\u0000\":1,\"\":0}"
            )
        );
    }

    [Fact]
    public void Names_that_share_their_first_eight_bytes_or_hold_NUL_are_told_apart()
    {
        Assert.Equal("{\"a\":1,\"a\\u0000\":2,\"a\\u0000\\u0000\":3}", Canonical("{\"a\\u0000\\u0000\":3,\"a\\u0000\":2,\"a\":1}"));
        Assert.Equal("{\"abcdefgh\":1,\"abcdefgh1\":2,\"abcdefghi\":3}", Canonical("{\"abcdefghi\":3,\"abcdefgh1\":2,\"abcdefgh\":1}"));
    }

    [Fact]
    public void Strings_are_escaped_as_little_as_possible()
    {
        Assert.Equal(
            "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f<>&+'\u2028\u2029\uFEFFé😀\"",
            Canonical(
                "\"\\u0022\\u005C\\/\\u0008\\u0009\\u000A\\u000c\\u000D\\u0000\\u001F\\u007f<>&+'\\u2028\u2029\\ufeff\\u00E9\\uD83D\\uDE00\""
            )
        );
    }

    [Fact]
    public void Numbers_are_doubles_whatever_their_spelling()
    {
        foreach (
            var (text, canonical) in new[]
            {
                ("9007199254740993", "9007199254740992"),
                ("123456789012345678", "123456789012345680"),
                ("1e21", "1e+21"),
                ("1E20", "100000000000000000000"),
                ("0.000001", "0.000001"),
                ("0.0000001", "1e-7"),
                ("0.00000123", "0.00000123"),
                ("-1.50", "-1.5"),
                ("100e-2", "1"),
                ("4.9406564584124654e-324", "5e-324"),
                ("2e-324", "0"),
                ("3e-324", "5e-324"),
                ("1.7976931348623157e308", "1.7976931348623157e+308"),
                ("0.30000000000000004", "0.30000000000000004"),
                ("0.1000000000000000055511151231257827", "0.1"),
                ("1000000000000000.5", "1000000000000000.5"),
                ("999999999999999999999", "1e+21"),
                ("-0.0", "0"),
                ("1.2345e5", "123450"),
                ("2.2250738585072012e-308", "2.2250738585072014e-308"),
                ("00.1"[1..], "0.1"),
                ("1e-6", "0.000001"),
                ("1e-7", "1e-7"),
            }
        )
        {
            Assert.Equal(canonical, Canonical(text));
        }
    }

    [Fact]
    public void Any_double_in_any_spelling_has_one_form_that_reads_back_to_it()
    {
        var random = new Random(42);
        Span<byte> bits = stackalloc byte[8];
        for (var round = 0; round < 50_000; round++)
        {
            double value;
            switch (round % 4)
            {
                case 0:
                    random.NextBytes(bits);
                    value = BitConverter.ToDouble(bits);
                    break;
                case 1:
                    value = Math.Round(random.NextDouble() * Math.Pow(10, random.Next(12)), random.Next(10));
                    break;
                case 2:
                    value = random.NextInt64(-(1L << 54), 1L << 54);
                    break;
                default:
                    value = Math.ScaleB(1 + random.Next(3), random.Next(-1074, 1000)) * (random.Next(2) == 0 ? 1 : 1 + double.Epsilon);
                    break;
            }

            if (!double.IsFinite(value))
            {
                continue;
            }

            var canonical = Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(value)));
            Assert.Equal(value, double.Parse(canonical, CultureInfo.InvariantCulture));
            Assert.Equal(canonical, Canonical(value.ToString("E17", CultureInfo.InvariantCulture)));
            Assert.Equal(canonical, Canonical(value.ToString("E40", CultureInfo.InvariantCulture)));
            Assert.Equal(canonical, Canonical(canonical));
        }
    }

    [Fact]
    public void Powers_of_two_and_their_neighbours_read_back_although_the_runtime_misspells_some_of_them()
    {
        Assert.Equal(
            "4.1045368012983762e-289",
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(BitConverter.UInt64BitsToDouble(0x0410000000000000))))
        );
        for (var exponent = 0; exponent < 2047; exponent++)
        {
            foreach (var step in new[] { -1, 0, 1 })
            {
                var value = BitConverter.Int64BitsToDouble(Math.Max(1, ((long)exponent << 52) + step));
                var canonical = Canonical(value.ToString("E20", CultureInfo.InvariantCulture));
                Assert.Equal(value, double.Parse(canonical, CultureInfo.InvariantCulture));
                Assert.Equal(RandomJson.Number(value), canonical);
            }
        }
    }

    [Fact]
    public void Decimals_of_few_digits_have_the_form_their_double_has()
    {
        var random = new Random(43);
        for (var round = 0; round < 50_000; round++)
        {
            var digits = random.NextInt64((long)Math.Pow(10, random.Next(1, 18))).ToString(CultureInfo.InvariantCulture);
            var point = random.Next(digits.Length);
            var text =
                (point == 0 ? digits : digits[..point] + "." + digits[point..]) + (random.Next(2) == 0 ? "" : "e" + random.Next(-330, 290));
            if (text.Length > 1 && text[0] == '0' && text[1] != '.' && text[1] != 'e')
            {
                text = "0." + text;
                continue;
            }

            var value = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.Equal(Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(value))), Canonical(text));
        }
    }

    [Fact]
    public void Random_documents_have_the_same_form_by_every_way_and_in_every_order()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var node = RandomJson.Node(random, 5);
            var canonical = CanonicalJson.Canonicalize(node);
            Assert.Equal(RandomJson.Reference(node), Encoding.UTF8.GetString(canonical));
            foreach (
                var options in new[]
                {
                    new JsonSerializerOptions(),
                    new JsonSerializerOptions { WriteIndented = true },
                }
            )
            {
                var shuffled = Encoding.UTF8.GetBytes(RandomJson.Shuffled(node, random)?.ToJsonString(options) ?? "null");
                Assert.Equal(canonical, CanonicalJson.Canonicalize(shuffled));
                Assert.Equal(canonical, CanonicalJson.Canonicalize(StrictJson.Parse(shuffled)));
            }

            Assert.Equal(canonical, CanonicalJson.Canonicalize(canonical));
            Assert.True(
                JsonNode.DeepEquals(StrictJson.Parse(canonical), StrictJson.Parse(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null")))
            );
        }
    }

    [Fact]
    public void A_large_object_in_any_order_is_sorted()
    {
        var random = new Random(5);
        var names = Enumerable.Range(0, 20_000).Select(i => $"data/part-{i:00000}").ToArray();
        var sorted = "{" + string.Join(',', names.Select(name => $"\"{name}\":\"{name}\"")) + "}";
        random.Shuffle(names);
        Assert.Equal(sorted, Canonical("{" + string.Join(",\n", names.Select(name => $"\"{name}\" : \"{name}\"")) + "}"));
    }

    [Fact]
    public void Destinations_get_the_same_bytes_and_nothing_on_a_refusal()
    {
        var destination = new ArrayBufferWriter<byte>();
        CanonicalJson.Canonicalize("{\"b\":1,\"a\":2}"u8, destination);
        CanonicalJson.Canonicalize(new JsonArray(1, "x"), destination);
        using var document = JsonDocument.Parse("[{\"b\" : 1e0}]");
        CanonicalJson.Canonicalize(document.RootElement[0], destination);
        Assert.Equal("{\"a\":2,\"b\":1}[1,\"x\"]{\"b\":1}", Encoding.UTF8.GetString(destination.WrittenSpan));
        var before = destination.WrittenCount;
        Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize("[1"u8, destination));
        Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(JsonValue.Create(double.NaN), destination));
        Assert.Equal(before, destination.WrittenCount);
    }

    [Fact]
    public void Native_values_without_a_form_are_refused_by_name()
    {
        foreach (
            var (node, fault) in new (JsonNode?, JsonFault)[]
            {
                (JsonValue.Create(double.NaN), JsonFault.NotFinite),
                (JsonValue.Create(double.NegativeInfinity), JsonFault.NotFinite),
                (JsonValue.Create(1L << 53), JsonFault.InexactInteger),
                (JsonValue.Create(-(1L << 53)), JsonFault.InexactInteger),
                (JsonValue.Create(ulong.MaxValue), JsonFault.InexactInteger),
                (JsonValue.Create(0.1m), JsonFault.UnsupportedValue),
                (JsonValue.Create(0.1f), JsonFault.UnsupportedValue),
                (JsonValue.Create(DateTimeOffset.UnixEpoch), JsonFault.UnsupportedValue),
                (JsonValue.Create("\uD800"), JsonFault.LoneSurrogate),
                (new JsonObject { ["x\uDE00"] = 1 }, JsonFault.LoneSurrogate),
                (JsonNode.Parse("[\"\\ud800\"]"), JsonFault.LoneSurrogate),
                (JsonNode.Parse("[1e400]"), JsonFault.NumberOverflow),
                (JsonNode.Parse("{\"a\\ud800\":1}"), JsonFault.Syntax),
                (Nested(129), JsonFault.TooDeep),
            }
        )
        {
            var refusal = Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(new JsonArray(node)));
            Assert.Equal((fault, true), (refusal.Fault, refusal.Offset is -1 or >= 0));
        }

        Assert.Equal(
            "[9007199254740991,255,-1]",
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(new JsonArray((1L << 53) - 1, (byte)255, (short)-1)))
        );
    }

    [Fact]
    public void What_follows_a_refusal_on_the_same_thread_is_not_touched_by_it()
    {
        Assert.Throws<JsonRejectedException>(() => Canonical("{\"z\":1,\"y\":{\"x\":[1,2,"));
        Assert.Equal("{\"a\":1,\"b\":2}", Canonical("{\"b\":2,\"a\":1}"));
    }

    private static JsonArray Nested(int depth)
    {
        var node = new JsonArray();
        for (var i = 1; i < depth; i++)
        {
            node = new JsonArray(node);
        }

        return node;
    }

    private static string Canonical(string text) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text)));
}
