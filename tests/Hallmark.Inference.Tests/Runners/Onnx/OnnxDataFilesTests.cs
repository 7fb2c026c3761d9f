using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Runners.Onnx.Files;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Onnx;

/// <summary>Looking through an ONNX file for the data files that it names, by messages made here byte by byte.</summary>
public sealed class OnnxDataFilesTests
{
    // Fields of onnx.proto3.
    private const int Graph = 7;
    private const int Node = 1;
    private const int Initializer = 5;
    private const int ExternalData = 13;
    private const int Attribute = 5;
    private const int InnerGraph = 6;

    public static TheoryData<string, byte[]> Places() =>
        new()
        {
            { "initializer", Field(Graph, Field(Initializer, Tensor)) },
            { "values of a sparse initializer", Field(Graph, Field(15, Field(1, Tensor))) },
            { "indices of a sparse initializer", Field(Graph, Field(15, Field(2, Tensor))) },
            { "attribute", Field(Graph, Field(Node, Field(Attribute, Field(5, Tensor)))) },
            { "list of an attribute", Field(Graph, Field(Node, Field(Attribute, Field(10, Tensor)))) },
            { "sparse attribute", Field(Graph, Field(Node, Field(Attribute, Field(22, Field(1, Tensor))))) },
            { "list of sparse attributes", Field(Graph, Field(Node, Field(Attribute, Field(23, Field(1, Tensor))))) },
            { "graph in an attribute", Field(Graph, Field(Node, Field(Attribute, Field(InnerGraph, Field(Initializer, Tensor))))) },
            { "list of graphs in an attribute", Field(Graph, Field(Node, Field(Attribute, Field(11, Field(Initializer, Tensor))))) },
            { "function", Field(25, Field(7, Field(Attribute, Field(5, Tensor)))) },
            { "default of a function's attribute", Field(25, Field(11, Field(5, Tensor))) },
            { "training, before", Field(20, Field(1, Field(Initializer, Tensor))) },
            { "training, step", Field(20, Field(2, Field(Initializer, Tensor))) },
            { "second graph of the same field", [.. Field(Graph, []), .. Field(Graph, Field(Initializer, Tensor))] },
            {
                "behind fields of other types",
                [0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 1, 2, 3, 4, .. Field(Graph, Field(Initializer, Tensor))]
            },
            {
                "behind data that look like a message",
                Field(Graph, [.. Field(Initializer, Field(9, Field(Graph, Field(Initializer, [])))), .. Field(Initializer, Tensor)])
            },
        };

    private static byte[] Tensor => Field(ExternalData, [.. Field(1, "location"u8), .. Field(2, "../secret"u8)]);

    [Theory]
    [MemberData(nameof(Places))]
    public void A_name_is_found_wherever_a_tensor_can_stand(string place, byte[] model)
    {
        Assert.True(List(model) is ["../secret"], place);
    }

    [Fact]
    public void Of_an_entry_the_last_key_and_value_count_and_entries_about_lengths_are_no_names()
    {
        byte[] entry = [.. Field(1, "length"u8), .. Field(2, "16"u8), .. Field(1, "location"u8), .. Field(2, "last"u8)];
        Assert.Equal(["last"], List(Field(Graph, Field(Initializer, Field(ExternalData, entry)))));
        Assert.Empty(List(Field(Graph, Field(Initializer, Field(ExternalData, [.. Field(1, "length"u8), .. Field(2, "16"u8)])))));
        Assert.Equal([""], List(Field(Graph, Field(Initializer, Field(ExternalData, Field(1, "location"u8))))));
    }

    [Fact]
    public void Graphs_nested_too_deeply_are_refused()
    {
        var graph = Field(Initializer, Tensor);
        for (var depth = 0; depth < 18; depth++)
        {
            graph = Field(Node, Field(Attribute, Field(InnerGraph, graph)));
        }

        Assert.Equal(["../secret"], List(Field(Graph, graph)));
        for (var depth = 0; depth < 4; depth++)
        {
            graph = Field(Node, Field(Attribute, Field(InnerGraph, graph)));
        }

        Assert.Throws<FormatException>(() => List(Field(Graph, graph)));
    }

    [Fact]
    public void More_than_ten_thousand_names_are_refused()
    {
        byte[] Names(int count) =>
            Field(
                Graph,
                [
                    .. Enumerable
                        .Range(0, count)
                        .SelectMany(i =>
                            Field(
                                Initializer,
                                Field(ExternalData, [.. Field(1, "location"u8), .. Field(2, Encoding.ASCII.GetBytes($"{i}"))])
                            )
                        ),
                ]
            );

        Assert.Equal(10_000, List(Names(10_000)).Length);
        Assert.Throws<FormatException>(() => List(Names(10_001)));
    }

    [Theory]
    [InlineData(new byte[] { 0x3a })]
    [InlineData(new byte[] { 0x3a, 0x05, 0x01 })]
    [InlineData(new byte[] { 0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[] { 0x3b })]
    [InlineData(new byte[] { 0x3c })]
    [InlineData(new byte[] { 0x3e })]
    [InlineData(new byte[] { 0x09, 1, 2, 3 })]
    [InlineData(new byte[] { 0x0d, 1, 2, 3 })]
    [InlineData(new byte[] { 0x08 })]
    [InlineData(new byte[] { 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    public void What_is_no_message_is_refused(byte[] model) => Assert.Throws<FormatException>(() => List(model));

    [Fact]
    public void A_name_longer_than_any_path_is_refused()
    {
        var name = new byte[4097];
        Assert.Throws<FormatException>(() =>
            List(Field(Graph, Field(Initializer, Field(ExternalData, [.. Field(1, "location"u8), .. Field(2, name)]))))
        );
    }

    [Fact]
    public void Any_bytes_end_with_names_or_a_refusal() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                try
                {
                    List([0x3a, (byte)Math.Min(bytes.Length, 127), .. bytes]);
                }
                catch (FormatException)
                {
                    // Most are no message.
                }
            })
            .QuickCheckThrowOnFailure();

    private static string[] List(byte[] model)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("model.onnx"), model);
        return [.. OnnxDataFiles.List(folder.File("model.onnx"))];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> value)
    {
        var bytes = new List<byte>();
        AppendVarint(bytes, (number << 3) | 2);
        AppendVarint(bytes, value.Length);
        bytes.AddRange(value);
        return [.. bytes];
    }

    private static void AppendVarint(List<byte> bytes, int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value & 0x7f | 0x80));
        }

        bytes.Add((byte)value);
    }
}
