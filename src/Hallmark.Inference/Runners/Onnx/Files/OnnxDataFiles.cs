namespace Hallmark.Inference.Runners.Onnx.Files;

/// <summary>
/// Lists the data files that an ONNX file names for its tensors, wherever in the model they stand. The library opens them by itself, so that a name outside of the verified folder
/// would feed the model bytes that nobody checked, or show it files of this machine.
/// </summary>
/// <remarks>Field numbers of <c>onnx.proto3</c> of ONNX 1.12 to 1.19; they never change.</remarks>
internal static class OnnxDataFiles
{
    private const int MaxDepth = 64;
    private const int MaxLocationBytes = 4096;
    private const int MaxFiles = 10_000;

    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
        Training,
        Function,
        Entry,
    }

    /// <summary>Every name, as it stands in the file.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="FormatException">The file is no protobuf message, or nested deeper than 64 messages, or names more than 10,000 files.</exception>
    public static IReadOnlyCollection<string> List(string path)
    {
        using var stream = File.OpenRead(path);
        var names = new HashSet<string>(StringComparer.Ordinal);
        Walk(new ProtobufReader(stream), Message.Model, stream.Length, names, 0);
        return names;
    }

    private static void Walk(ProtobufReader reader, Message message, long end, HashSet<string> names, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException("graphs are nested too deeply");
        }

        string? key = null;
        string? value = null;
        while (reader.TryReadField(end, out var field, out var length))
        {
            if (length < 0)
            {
                continue;
            }

            if (message == Message.Entry && field is 1 or 2)
            {
                var text = reader.ReadText(length, MaxLocationBytes);
                (key, value) = field == 1 ? (text, value) : (key, text);
            }
            else if (FindInner(message, field) is { } inner)
            {
                Walk(reader, inner, reader.Position + length, names, depth + 1);
            }
            else
            {
                reader.Skip(length, end);
            }
        }

        if (message == Message.Entry && key == "location" && names.Add(value ?? "") && names.Count > MaxFiles)
        {
            throw new FormatException("too many data files are named");
        }
    }

    // Which fields lead to a tensor.
    private static Message? FindInner(Message message, int field) =>
        (message, field) switch
        {
            (Message.Model, 7) => Message.Graph,
            (Message.Model, 20) => Message.Training,
            (Message.Model, 25) => Message.Function,
            (Message.Training, 1 or 2) => Message.Graph,
            (Message.Function, 7) => Message.Node,
            (Message.Function, 11) => Message.Attribute,
            (Message.Graph, 1) => Message.Node,
            (Message.Graph, 5) => Message.Tensor,
            (Message.Graph, 15) => Message.SparseTensor,
            (Message.Node, 5) => Message.Attribute,
            (Message.Attribute, 5 or 10) => Message.Tensor,
            (Message.Attribute, 6 or 11) => Message.Graph,
            (Message.Attribute, 22 or 23) => Message.SparseTensor,
            (Message.SparseTensor, 1 or 2) => Message.Tensor,
            (Message.Tensor, 13) => Message.Entry,
            _ => null,
        };
}
