using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx.Inputs;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Inference.Runners.Onnx.Outputs;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Elements, dimensions and tables by themselves, without the library.</summary>
public sealed class OnnxElementTests
{
    private static readonly InputContract Contract = new([], ModelSignature.None, 100, long.MaxValue);

    [Fact]
    public void Every_number_of_a_type_comes_back_as_it_went_in()
    {
        Prop.ForAll<long>(number => RoundTrips(OnnxElementType.Int64, number) && RoundTrips(OnnxElementType.Double, number % (1L << 53)))
            .QuickCheckThrowOnFailure();
        Prop.ForAll<int, short, sbyte>(
                (whole, half, quarter) =>
                    RoundTrips(OnnxElementType.Int32, whole)
                    && RoundTrips(OnnxElementType.Int16, half)
                    && RoundTrips(OnnxElementType.Int8, quarter)
            )
            .QuickCheckThrowOnFailure();
        Prop.ForAll<uint, ushort, byte>(
                (whole, half, quarter) =>
                    RoundTrips(OnnxElementType.UInt32, whole)
                    && RoundTrips(OnnxElementType.UInt16, half)
                    && RoundTrips(OnnxElementType.UInt8, quarter)
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Half_precision_of_sixteen_upper_bits_comes_back_and_rounds_to_the_nearest()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var number = BFloat16Bits.ToSingle((ushort)bits);
            if (!float.IsNaN(number))
            {
                Assert.Equal(bits, BFloat16Bits.Of(number));
            }
        }

        Prop.ForAll<float>(number =>
            {
                if (!float.IsFinite(number))
                {
                    return true;
                }

                // Beyond half a step above the largest one, the nearest is infinite.
                var nearest = BFloat16Bits.ToSingle(BFloat16Bits.Of(number));
                var below = BFloat16Bits.ToSingle((ushort)(BitConverter.SingleToUInt32Bits(number) >> 16));
                return float.IsInfinity(nearest)
                    ? Math.Abs(number) > BFloat16Bits.ToSingle(0x7f7f)
                    : Math.Abs((double)nearest - number) <= Math.Abs((double)below - number);
            })
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("1e2", true)]
    [InlineData("-0", true)]
    [InlineData("-0.0", true)]
    [InlineData("9007199254740993", true)]
    [InlineData("9007199254740993.0", true)]
    [InlineData("1e16", false)]
    [InlineData("0.1", false)]
    [InlineData("1e-400", true)]
    [InlineData("1e400", false)]
    [InlineData("\"1\"", false)]
    [InlineData("null", false)]
    public void Whole_numbers_are_known_by_their_value(string json, bool isWhole) =>
        Assert.Equal(isWhole, new TensorBuilder(OnnxElementType.Int64, 1).TrySet(0, JsonNode.Parse(json), isCsv: false));

    [Theory]
    [InlineData("Bool", "TRUE", true)]
    [InlineData("Bool", "1", false)]
    [InlineData("Int64", "+5", true)]
    [InlineData("Int64", "5.0", true)]
    [InlineData("Int64", "5,0", false)]
    [InlineData("Int64", "0x10", false)]
    [InlineData("UInt64", "18446744073709551615", true)]
    [InlineData("Double", " 1e5 ", true)]
    [InlineData("Double", "1,000", false)]
    [InlineData("Double", "", false)]
    [InlineData("Double", "nan", false)]
    [InlineData("Double", "-Infinity", false)]
    [InlineData("String", "", true)]
    public void Cells_of_CSV_stand_for_what_the_type_asks_for(string type, string cell, bool fits) =>
        Assert.Equal(fits, new TensorBuilder(Enum.Parse<OnnxElementType>(type), 1).TrySet(0, JsonValue.Create(cell), isCsv: true));

    [Fact]
    public void A_text_that_holds_half_a_pair_of_surrogates_is_refused_and_a_whole_one_is_taken()
    {
        Assert.False(ElementValue.TryReadText(JsonValue.Create("a\ud83d"), out _));
        Assert.False(ElementValue.TryReadText(JsonValue.Create("\ude42a"), out _));
        Assert.False(ElementValue.TryReadText(JsonValue.Create("\ud83da"), out _));
        Assert.True(ElementValue.TryReadText(JsonValue.Create("a🙂b"), out var text));
        Assert.Equal("a🙂b", text);
    }

    [Theory]
    [InlineData(new long[] { 2, 3, 4 }, 24, 24)]
    [InlineData(new long[] { 2, 3, 4 }, 23, null)]
    [InlineData(new long[] { }, 1, 1)]
    [InlineData(new long[] { 5, 0 }, 10, 0)]
    [InlineData(new long[] { -1 }, 10, null)]
    [InlineData(new long[] { long.MaxValue, long.MaxValue }, 10, null)]
    [InlineData(new long[] { 1 << 28, 1 << 28, 1 << 28, 1 << 28 }, 1 << 28, null)]
    public void Elements_are_counted_without_overflow(long[] shape, int limit, int? count) =>
        Assert.Equal(count, OnnxShape.CountElements(shape, limit));

    [Theory]
    // A list of single values is a column; one row of a batch has a dimension less; a single value has none.
    [InlineData(new long[] { 5 }, new long[] { -1, 1 }, false, new long[] { 5, 1 })]
    [InlineData(new long[] { 5 }, new long[] { -1, -1 }, false, new long[] { 5, 1 })]
    [InlineData(new long[] { 5 }, new long[] { -1, 5 }, false, new long[] { 5 })]
    [InlineData(new long[] { 5 }, new long[] { -1, 5 }, true, new long[] { 1, 5 })]
    [InlineData(new long[] { 5 }, new long[] { 2, 5 }, true, new long[] { 5 })]
    [InlineData(new long[] { 5 }, new long[] { -1 }, true, new long[] { 5 })]
    [InlineData(new long[] { }, new long[] { -1, 1, -1 }, true, new long[] { 1, 1, 1 })]
    [InlineData(new long[] { }, new long[] { -1, 2 }, true, new long[] { })]
    [InlineData(new long[] { }, new long[] { -1 }, false, new long[] { })]
    [InlineData(new long[] { 3, 4 }, null, true, new long[] { 1, 3, 4 })]
    [InlineData(new long[] { 3, 4 }, null, false, new long[] { 3, 4 })]
    public void Dimensions_of_one_are_added_where_they_are_meant(long[] shape, long[]? declared, bool isRow, long[] fitted)
    {
        var array = new InputArray(shape, new JsonNode?[shape.Aggregate(1L, (product, dimension) => product * dimension)]);
        Assert.Equal(fitted, ShapeFit.Apply(array, declared, isRow ? ShapeRule.Row : ShapeRule.Exact).Shape);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("a,b\r\n1,2\r\n3,4", "1|2|3|4")]
    [InlineData("a,b\n\"x,\"\"y\"\"\",\"1\n2\"\n", "x,\"y\"|1\n2")]
    [InlineData("\"a\",\"b\"\n , \n", " | ")]
    [InlineData("a,b\n1,2\n\n3,4\n", "1|2|3|4")]
    [InlineData("\ufeffa,b\n1,2\n", "1|2")]
    [InlineData("a;c,b\n1;2,3\n", "1;2|3")]
    public void CSV_is_that_of_RFC_4180(string csv, string cells)
    {
        var table = CsvTable.Read(JsonValue.Create(csv), Contract);
        Assert.Equal(cells, string.Join('|', table.Cells.Select(cell => cell!.GetValue<string>())));
        Assert.Equal(2, table.Width);
        Assert.True(table.IsCsv);
    }

    [Theory]
    [InlineData("a,a\n1,2\n")]
    [InlineData("a,b\n\"1,2\n")]
    [InlineData("a,b\n1\"x,2\n")]
    [InlineData("a,b\n\"1\"x,2\n")]
    [InlineData("a,b\n1\n")]
    [InlineData("a,b\n1,2,3\n")]
    [InlineData("\n\n")]
    public void Crooked_CSV_is_refused(string csv) =>
        Assert.Throws<ModelInputException>(() => CsvTable.Read(JsonValue.Create(csv), Contract));

    private static bool RoundTrips(OnnxElementType type, long number)
    {
        var builder = new TensorBuilder(type, 2);
        return builder.TrySet(1, JsonNode.Parse($"{number}"), isCsv: false)
            && builder.TrySet(0, JsonValue.Create($"{number}"), isCsv: true)
            && Enumerable
                .Range(0, 2)
                .All(index =>
                    (long)
                        double.Parse(
                            ElementJson.Read(builder.Build([2]), index).ToJsonString(),
                            System.Globalization.CultureInfo.InvariantCulture
                        ) == number
                    || ElementJson.Read(builder.Build([2]), index).ToJsonString() == $"{number}"
                );
    }
}
