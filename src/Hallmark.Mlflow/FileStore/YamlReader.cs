using Hallmark.Mlflow.Stores;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hallmark.Mlflow.FileStore;

/// <summary>
/// Reads one YAML document into <see cref="YamlMap"/>. Built on the parser's events, so that depth, repeated keys, anchors and tags are refused before
/// anything is built: a document cannot grow beyond its own size.
/// </summary>
internal static class YamlReader
{
    private const int MaxDepth = 16;

    /// <summary>Reads a document whose top is a mapping.</summary>
    /// <param name="text">The document; its size was bounded by the caller.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="MlflowFormatException">It is no such document; the message has the line.</exception>
    public static YamlMap Read(string text, string name)
    {
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            var node = Node(parser, name, 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) && node is YamlMap map
                ? map
                : throw new MlflowFormatException($"{name} in the MLflow store is not one YAML mapping");
        }
        catch (YamlException e)
        {
            throw new MlflowFormatException($"{name} in the MLflow store is not valid YAML (line {e.Start.Line}): {e.Message}", e);
        }
    }

    private static YamlNode Node(IParser parser, string name, int depth)
    {
        var next = parser.Current!; // A consumed event is always followed by another one before the end of the stream.
        if (next is AnchorAlias || (next is NodeEvent node && !node.Anchor.IsEmpty))
        {
            throw new MlflowFormatException($"{name} in the MLflow store uses YAML anchors (line {next.Start.Line}), which MLflow never writes");
        }

        if (next is NodeEvent { Tag.IsEmpty: false })
        {
            throw new MlflowFormatException($"{name} in the MLflow store uses YAML tags (line {next.Start.Line}), which MLflow never writes");
        }

        if (depth > MaxDepth)
        {
            throw new MlflowFormatException($"{name} in the MLflow store is nested more than {MaxDepth} levels deep (line {next.Start.Line})");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain);
        }

        return parser.TryConsume<SequenceStart>(out _) ? List(parser, name, depth) : Map(parser, name, depth);
    }

    private static YamlList List(IParser parser, string name, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(parser, name, depth + 1));
        }

        return new YamlList(items);
    }

    private static YamlMap Map(IParser parser, string name, int depth)
    {
        parser.Consume<MappingStart>();
        var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var line = parser.Current!.Start.Line; // As in Node.
            if (Node(parser, name, depth + 1) is not YamlScalar key)
            {
                throw new MlflowFormatException($"{name} in the MLflow store has a key that is no text (line {line})");
            }

            if (!entries.TryAdd(key.Text, Node(parser, name, depth + 1)))
            {
                throw new MlflowFormatException($"{name} in the MLflow store has the key '{Artifacts.Printable.Text(key.Text)}' twice (line {line})");
            }
        }

        return new YamlMap(entries);
    }
}
