using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>Rounding of whole values, and the bounds of the reader: what holds whatever the value is.</summary>
public sealed class NormalizeLawTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 3);

    [Fact]
    public void Rounding_a_value_rounds_each_of_its_floats_and_touches_nothing_else() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var tree = Parsed(RandomJson.Node(new Random(seed), 4));
                var before = tree?.ToJsonString();
                var rounded = FloatRounding.Normalize(tree);
                return tree?.ToJsonString() == before
                    && Leaves(tree).Zip(Leaves(rounded)).All(pair => IsRounded(pair.First, pair.Second))
                    && Shape(tree) == Shape(rounded);
            })
        );

    [Fact]
    public void A_value_that_was_rounded_is_rounded_to_itself() =>
        Check.One(
            Often,
            Prop.ForAll<int, int>(
                (seed, places) =>
                {
                    var decimals = Math.Abs(places % 16);
                    var once = FloatRounding.Normalize(Parsed(RandomJson.Node(new Random(seed), 4)), decimals);
                    var twice = FloatRounding.Normalize(Parsed(once), decimals);
                    return CanonicalJson.Canonicalize(once).AsSpan().SequenceEqual(CanonicalJson.Canonicalize(twice));
                }
            )
        );

    [Fact]
    public void A_rounded_double_is_the_one_nearest_to_its_own_decimals_and_never_further_off_than_half_a_unit() =>
        Check.One(
            Often.WithMaxTest(3_000),
            Prop.ForAll<double, int>(
                (value, places) =>
                {
                    var decimals = Math.Abs(places % 16);
                    var rounded = FloatRounding.Round(value, decimals);
                    if (!double.IsFinite(value) || Math.Abs(value) >= 1e9)
                    {
                        return rounded.Equals(value) || Math.Abs(value) < 4_503_599_627_370_496d;
                    }

                    var (exact, result) = ((decimal)0, rounded.ToString("F" + decimals, CultureInfo.InvariantCulture));
                    exact = decimal.Parse(result, CultureInfo.InvariantCulture);
                    return double.Parse(result, CultureInfo.InvariantCulture) == rounded
                        && Math.Abs((decimal)value - exact) <= 0.5m * (decimal)Math.Pow(10, -decimals) + 0.000_000_1m * Math.Abs(exact)
                        && double.IsNegative(rounded) == double.IsNegative(value);
                }
            )
        );

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1_000)]
    public void A_bound_refuses_the_first_byte_beyond_it_and_takes_the_last_one_within(int bound)
    {
        byte[] Text(int length) => Encoding.UTF8.GetBytes(new string(' ', length - 1) + "1");
        Assert.Equal(1, (int)StrictJson.Parse(Text(bound), maxSizeInBytes: bound)!);
        Assert.False(StrictJson.TryParse(Text(bound + 1), out var node, out var refusal, maxSizeInBytes: bound));
        Assert.Null(node);
        Assert.Equal((JsonFault.TooLarge, bound), (refusal.Fault, (int)refusal.Offset));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(StrictJson.MaxSizeInBytes + 1)]
    public void A_bound_outside_its_range_is_the_callers_error(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StrictJson.TryParse("1"u8, out _, out _, maxSizeInBytes: bound));

    [Fact]
    public void Any_mixture_of_containers_is_accepted_to_the_128th_and_refused_at_the_129th_opening() =>
        Check.One(
            Often.WithMaxTest(200),
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                string Nested(int depth, out int lastOpening)
                {
                    var (open, close) = (new StringBuilder(), new StringBuilder());
                    lastOpening = 0;
                    for (var level = 0; level < depth; level++)
                    {
                        lastOpening = open.Length + (random.Next(2) == 0 ? 0 : 1);
                        open.Append(' ', lastOpening - open.Length);
                        var isObject = random.Next(2) == 0;
                        open.Append(isObject ? "{\"a\":" : "[");
                        close.Insert(0, isObject ? "}" : "]");
                    }

                    return open + "0" + close;
                }

                var isAccepted = StrictJson.TryParse(Encoding.UTF8.GetBytes(Nested(StrictJson.MaxDepth, out _)), out _, out _);
                var isRefused = !StrictJson.TryParse(
                    Encoding.UTF8.GetBytes(Nested(StrictJson.MaxDepth + 1, out var place)),
                    out _,
                    out var refusal
                );
                return isAccepted && isRefused && (refusal!.Fault, refusal.Offset) == (JsonFault.TooDeep, place);
            })
        );

    [Fact]
    public void Every_entrance_gives_the_same_bytes_or_the_same_refusal() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(RandomJson.Node(random, 3)));
                if (random.Next(2) == 0)
                {
                    text[random.Next(text.Length)] ^= (byte)(1 << random.Next(8));
                }

                var destination = new System.Buffers.ArrayBufferWriter<byte>();
                var (bytes, fault) = Try(() => CanonicalJson.Canonicalize(text));
                var (_, second) = Try(() =>
                {
                    CanonicalJson.Canonicalize(text, destination);
                    return destination.WrittenSpan.ToArray();
                });
                var isParsed = StrictJson.TryParse(text, out var node, out var refusal);
                return fault == second
                    && isParsed == (fault is null)
                    && refusal?.Message == fault
                    && (!isParsed || CanonicalJson.Canonicalize(node).AsSpan().SequenceEqual(bytes))
                    && (isParsed ? destination.WrittenSpan.SequenceEqual(bytes) : destination.WrittenCount == 0);
            })
        );

    private static (byte[]? Bytes, string? Fault) Try(Func<byte[]> write)
    {
        try
        {
            return (write(), null);
        }
        catch (JsonRejectedException refusal)
        {
            return (null, refusal.Message);
        }
    }

    // As a value that was read: then 1.0 is a float and 1 is none.
    private static JsonNode? Parsed(JsonNode? node) => JsonNode.Parse(node?.ToJsonString() ?? "null");

    private static IEnumerable<JsonNode?> Leaves(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Leaves(member.Value)),
            JsonArray items => items.SelectMany(Leaves),
            _ => [node],
        };

    private static string Shape(JsonNode? node) =>
        node switch
        {
            JsonObject members => "{"
                + string.Join(',', members.Select(member => $"{member.Key.Length}:{member.Key}{Shape(member.Value)}"))
                + "}",
            JsonArray items => "[" + string.Join(',', items.Select(Shape)) + "]",
            _ => ".",
        };

    private static bool IsRounded(JsonNode? before, JsonNode? after)
    {
        var text = before?.ToJsonString() ?? "null";
        return before?.GetValueKind() is JsonValueKind.Number && text.AsSpan().ContainsAny(".eE")
            ? after!.GetValue<double>().Equals(FloatRounding.Round(before.GetValue<double>()))
            : text == (after?.ToJsonString() ?? "null");
    }
}
