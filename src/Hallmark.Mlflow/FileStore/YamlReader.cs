using Hallmark.Mlflow.Stores;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hallmark.Mlflow.FileStore;

/// <summary>
/// Reads one YAML document into <see cref="YamlMap"/>. Built on the parser's events, so that depth, repeated keys, anchors and tags are refused before
/// anything is built: a document cannot grow beyond its own size.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 16;
    private const int MaxNodes = 100_000;
    private readonly Parser _parser;
    private readonly string _name;
    private int _nodes;

    private YamlReader(string text, string name)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _name = name;
    }

    /// <summary>Reads a document whose top is a mapping.</summary>
    /// <param name="text">The document; its size was bounded by the caller.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="MlflowFormatException">It is no such document; the message has the line.</exception>
    public static YamlMap Read(string text, string name)
    {
        try
        {
            return new YamlReader(text, name).Document() is YamlMap map
                ? map
                : throw new MlflowFormatException($"{name} is not one YAML mapping");
        }
        catch (YamlException e)
        {
            throw new MlflowFormatException($"{name} is not valid YAML (line {e.Start.Line}): {Artifacts.Printable.Text(e.Message)}", e);
        }
        catch (Exception e)
            when (e is InvalidOperationException or ArgumentException or FormatException or ArithmeticException or IndexOutOfRangeException)
        {
            // The scanner throws these for some malformed texts, where it should throw its own.
            throw new MlflowFormatException($"{name} is not valid YAML", e);
        }
    }

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var node = Node(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<StreamEnd>(out _) ? node : null;
    }

    private YamlNode Node(int depth)
    {
        var next = _parser.Current!; // A consumed event is always followed by another one before the end of the stream.
        if (next is AnchorAlias || (next is NodeEvent node && !node.Anchor.IsEmpty))
        {
            throw new MlflowFormatException($"{_name} uses YAML anchors (line {next.Start.Line}), which MLflow never writes");
        }

        if (next is NodeEvent { Tag.IsEmpty: false })
        {
            throw new MlflowFormatException($"{_name} uses YAML tags (line {next.Start.Line}), which MLflow never writes");
        }

        if (++_nodes > MaxNodes)
        {
            throw new MlflowFormatException($"{_name} has more than {MaxNodes} values");
        }

        if (depth > MaxDepth)
        {
            throw new MlflowFormatException($"{_name} is nested more than {MaxDepth} levels deep (line {next.Start.Line})");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain);
        }

        return _parser.TryConsume<SequenceStart>(out _) ? List(depth) : Map(depth);
    }

    private YamlList List(int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new YamlList(items);
    }

    private YamlMap Map(int depth)
    {
        _parser.Consume<MappingStart>();
        var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var line = _parser.Current!.Start.Line; // As in Node.
            if (Node(depth + 1) is not YamlScalar key)
            {
                throw new MlflowFormatException($"{_name} has a key that is no text (line {line})");
            }

            if (!entries.TryAdd(key.Text, Node(depth + 1)))
            {
                throw new MlflowFormatException($"{_name} has the key '{Artifacts.Printable.Text(key.Text)}' twice (line {line})");
            }
        }

        return new YamlMap(entries);
    }
}
