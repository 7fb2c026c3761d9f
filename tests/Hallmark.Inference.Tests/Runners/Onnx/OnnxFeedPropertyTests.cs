using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Onnx.Inputs;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Inference.Runners.Onnx.Outputs;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Laws that hold whatever the shape, the type and the values: the forms agree, names decide and not the order, and one wrong value is named where it stands.</summary>
public sealed class OnnxFeedPropertyTests
{
    private static readonly Gen<int[]> Shapes = Gen.Choose(1, 4).ArrayOf().Where(shape => shape.Length is > 0 and <= 4);

    private static readonly Gen<OnnxElementType> Numbers = Gen.Elements(
        OnnxElementType.Float,
        OnnxElementType.Double,
        OnnxElementType.Float16,
        OnnxElementType.BFloat16,
        OnnxElementType.Int8,
        OnnxElementType.Int16,
        OnnxElementType.Int32,
        OnnxElementType.Int64
    );

    private static readonly Gen<(int Rows, int Columns)> Tables = Gen.Choose(1, 5)
        .SelectMany(rows => Gen.Choose(1, 5), (rows, columns) => (rows, columns));

    [Fact]
    public void Flat_data_nested_data_and_lists_are_one_tensor_in_row_major_order() =>
        Prop.ForAll(
                Shapes.ToArbitrary(),
                Numbers.ToArbitrary(),
                (shape, type) =>
                {
                    var dimensions = Array.ConvertAll(shape, dimension => (long)dimension);
                    var contract = Contract(type, [.. dimensions.Select(_ => -1L)]);
                    var flat = new JsonArray([.. Enumerable.Range(0, Count(shape)).Select(i => (JsonNode)(i % 100))]);
                    var (next, depth) = (0, 0);
                    var nested = Nest(shape, depth, ref next);
                    var feeds = new[]
                    {
                        Feed(contract, InputForm.OpenInference, new JsonArray(Tensor(shape, type, flat))),
                        Feed(contract, InputForm.OpenInference, new JsonArray(Tensor(shape, type, nested))),
                        Feed(contract, InputForm.Inputs, nested.DeepClone()),
                        Feed(contract, InputForm.Inputs, new JsonObject { ["x"] = nested.DeepClone() }),
                        Feed(contract, InputForm.Instances, nested.DeepClone()),
                    };
                    return feeds.All(feed =>
                        feed.Shape.AsSpan().SequenceEqual(dimensions)
                        && Enumerable.Range(0, feed.Count).All(i => Read(feed, i) == i % 100)
                        && feed.Count == Count(shape)
                    );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_goes_in_as_a_list_comes_out_as_the_same_list() =>
        Prop.ForAll(
                Shapes.ToArbitrary(),
                Numbers.ToArbitrary(),
                (shape, type) =>
                {
                    var next = 0;
                    var nested = Nest(shape, 0, ref next);
                    var feed = Feed(Contract(type, [.. shape.Select(_ => -1L)]), InputForm.Inputs, nested.DeepClone());
                    var output = OutputValue.Read([Node("y", type, null)], [HostValue.Of(feed)]);
                    return output.ToJsonString() == nested.ToJsonString();
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void One_value_of_another_kind_is_named_where_it_stands() =>
        Prop.ForAll(
                Shapes.ToArbitrary(),
                Numbers.ToArbitrary(),
                Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
                (shape, type, seed) =>
                {
                    var place = seed % Count(shape);
                    var flat = new JsonArray([.. Enumerable.Range(0, Count(shape)).Select(i => (JsonNode)(i % 100))]);
                    flat[place] = "no number";
                    var (rest, at) = (place, new long[shape.Length]);
                    for (var i = shape.Length - 1; i >= 0; i--)
                    {
                        (rest, at[i]) = (rest / shape[i], rest % shape[i]);
                    }

                    var refusal = Assert.Throws<ModelInputException>(() =>
                        Feed(Contract(type, [.. shape.Select(_ => -1L)]), InputForm.OpenInference, new JsonArray(Tensor(shape, type, flat)))
                    );
                    return refusal.Message
                        == $"the input at [{string.Join(',', at)}] (counted from 0) is a text that does not fit {type.ProtocolName()}";
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_table_is_the_same_matrix_in_every_form_and_by_the_signature_in_every_order_of_its_columns() =>
        Prop.ForAll(
                Tables.ToArbitrary(),
                Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
                (table, seed) =>
                {
                    string[] names = [.. Enumerable.Range(0, table.Columns).Select(column => $"c{column}")];
                    var fields = names.Select(name => new ModelField(name, "FP64", [-1])).ToArray();
                    var contract = Contract(OnnxElementType.Double, [-1, table.Columns]) with
                    {
                        Signature = new ModelSignature(fields, [], HasTensorInputs: false),
                    };
                    int[] order = [.. Enumerable.Range(0, table.Columns)];
                    new Random(seed).Shuffle(order);
                    var wanted = Enumerable.Range(0, table.Rows * table.Columns).Select(Value).ToArray();
                    return Forms(table, names, order)
                        .All(form =>
                        {
                            var feed = Feed(contract, form.Form, form.Value);
                            return feed.Shape is [var rows, var columns]
                                && (rows, columns) == (table.Rows, table.Columns)
                                && Enumerable.Range(0, feed.Count).Select(i => Read(feed, i)).SequenceEqual(wanted);
                        });
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_size_of_inputs_is_counted_to_the_byte() =>
        Prop.ForAll(
                Shapes.ToArbitrary(),
                Numbers.ToArbitrary(),
                (shape, type) =>
                {
                    var next = 0;
                    var nested = Nest(shape, 0, ref next);
                    var size = (long)Count(shape) * type.SizeInBytes();
                    var contract = Contract(type, [.. shape.Select(_ => -1L)]);
                    _ = Feed(contract with { MaxBytes = size }, InputForm.Inputs, nested.DeepClone());
                    var refusal = Assert.Throws<ModelInputException>(() =>
                        Feed(contract with { MaxBytes = size - 1 }, InputForm.Inputs, nested.DeepClone())
                    );
                    return refusal.Message == $"the inputs are {size} bytes as tensors; at most {size - 1} go to the model";
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_JSON_in_any_form_is_taken_or_refused_and_nothing_else() =>
        Prop.ForAll(
                Trees(4).ToArbitrary(),
                Gen.Elements(Enum.GetValues<InputForm>()).ToArbitrary(),
                Gen.Elements("FP32 [-1]", "FP64 [-1,2]", "map").ToArbitrary(),
                (json, form, kind) =>
                {
                    var type = kind switch
                    {
                        "map" => new OnnxType(
                            OnnxValueKind.Map,
                            OnnxElementType.String,
                            null,
                            new OnnxType(OnnxValueKind.Tensor, OnnxElementType.Float, null, null)
                        ),
                        "FP32 [-1]" => new OnnxType(OnnxValueKind.Tensor, OnnxElementType.Float, [-1], null),
                        _ => new OnnxType(OnnxValueKind.Tensor, OnnxElementType.Double, [-1, 2], null),
                    };
                    var contract = new InputContract([new OnnxNode("x", type, [])], ModelSignature.None, 1_000, 1 << 20);
                    try
                    {
                        return FeedBuilder.Build(contract, new ModelInput(form, JsonNode.Parse(json))).Count == 1;
                    }
                    catch (ModelInputException refusal)
                    {
                        return refusal.Message.Length > 0;
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    private static IEnumerable<(InputForm Form, JsonNode Value)> Forms((int Rows, int Columns) table, string[] names, int[] order)
    {
        JsonArray Row(int row) => new([.. order.Select(column => (JsonNode)Value((row * table.Columns) + column))]);
        JsonObject Record(int row) =>
            new(order.Select(column => KeyValuePair.Create<string, JsonNode?>(names[column], Value((row * table.Columns) + column))));

        var rows = Enumerable.Range(0, table.Rows).ToArray();
        yield return (
            InputForm.DataframeSplit,
            new JsonObject
            {
                ["columns"] = new JsonArray([.. order.Select(column => (JsonNode)names[column])]),
                ["data"] = new JsonArray([.. rows.Select(Row)]),
            }
        );
        yield return (InputForm.DataframeRecords, new JsonArray([.. rows.Select(Record)]));
        yield return (InputForm.Instances, new JsonArray([.. rows.Select(Record)]));
        yield return (
            InputForm.Inputs,
            new JsonObject(
                order.Select(column =>
                    KeyValuePair.Create<string, JsonNode?>(
                        names[column],
                        new JsonArray([.. rows.Select(row => (JsonNode)Value((row * table.Columns) + column))])
                    )
                )
            )
        );
        var csv = string.Join(',', order.Select(column => names[column])) + "\n";
        csv += string.Concat(
            rows.Select(row =>
                string.Join(',', Row(row).Select(cell => cell!.GetValue<double>().ToString("R", CultureInfo.InvariantCulture))) + "\n"
            )
        );
        yield return (InputForm.Csv, csv);
    }

    private static Gen<string> Trees(int depth)
    {
        var leaf = Gen.Elements("null", "true", "0", "1.5", "-3e2", "1e400", "\"\"", "\"x\"", "\"a,b\\n1,2\\n\"", "[]", "{}");
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Trees(depth - 1);
        var list = inner.ArrayOf().Select(items => $"[{string.Join(',', items.Take(4))}]");
        var names = Gen.Elements("x", "columns", "data", "name", "shape", "datatype", "a");
        var members = Gen.Zip(names, inner).ArrayOf();
        var map = members.Select(items =>
            "{" + string.Join(',', items.DistinctBy(item => item.Item1).Take(5).Select(item => $"\"{item.Item1}\":{item.Item2}")) + "}"
        );
        return Gen.OneOf(leaf, list, map);
    }

    private static double Value(int index) => (index * 0.5) - 3;

    private static int Count(int[] shape) => shape.Aggregate(1, (product, dimension) => product * dimension);

    private static JsonArray Nest(int[] shape, int depth, ref int next)
    {
        var list = new JsonArray();
        for (var i = 0; i < shape[depth]; i++)
        {
            list.Add(depth == shape.Length - 1 ? next++ % 100 : (JsonNode)Nest(shape, depth + 1, ref next));
        }

        return list;
    }

    private static JsonObject Tensor(int[] shape, OnnxElementType type, JsonArray data) =>
        new()
        {
            ["name"] = "x",
            ["shape"] = new JsonArray([.. shape.Select(dimension => (JsonNode)dimension)]),
            ["datatype"] = type.ProtocolName(),
            ["data"] = data.DeepClone(),
        };

    private static HostTensor Feed(InputContract contract, InputForm form, JsonNode? value) =>
        Assert.Single(FeedBuilder.Build(contract, new ModelInput(form, value))).Tensor!;

    private static double Read(HostTensor tensor, int index) =>
        double.Parse(ElementJson.Read(tensor, index).ToJsonString(), CultureInfo.InvariantCulture);

    private static InputContract Contract(OnnxElementType type, long[] shape) =>
        new([Node("x", type, shape)], ModelSignature.None, 100_000, 1 << 20);

    private static OnnxNode Node(string name, OnnxElementType type, long[]? shape) =>
        new(name, new OnnxType(OnnxValueKind.Tensor, type, shape, null), []);
}
