using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>The writer beside a model of what may stand where: any sequence of pieces gives the tree's canonical form, or the piece that cannot stand is refused.</summary>
public sealed class WriterModelTests
{
    private enum Piece
    {
        StartObject,
        EndObject,
        StartArray,
        EndArray,
        Name,
        Scalar,
        Tree,
    }

    [Fact]
    public void Any_sequence_of_pieces_is_written_or_refused_as_the_model_says()
    {
        var random = new Random(20261121);
        var (finished, refused) = (0, 0);
        for (var round = 0; round < 3_000; round++)
        {
            using var writer = new CanonicalJsonWriter();
            var model = new Model();
            for (var step = 0; step < 30; step++)
            {
                var piece = random.Next(20) == 0 ? (Piece)random.Next(7) : model.Likely(random);
                var (name, scalar) = ("n" + step, RandomJson.Node(random, piece is Piece.Tree ? 2 : 0));
                if (!model.Allows(piece))
                {
                    Assert.Throws<InvalidOperationException>(() => Write(writer, piece, name, scalar));
                    refused++;
                    break;
                }

                Write(writer, piece, name, scalar);
                model.Take(piece, name, scalar);
                if (model.Finished is { } whole)
                {
                    Assert.Equal(CanonicalJson.Canonicalize(whole.Value), writer.ToArray());
                    Assert.Throws<InvalidOperationException>(() => writer.Null());
                    finished++;
                    break;
                }

                Assert.Throws<InvalidOperationException>(() => writer.ToArray());
            }
        }

        Assert.True(finished > 500 && refused > 300, $"{finished} {refused}");
    }

    [Fact]
    public void A_tree_written_piece_by_piece_in_any_order_of_members_is_the_trees_canonical_form()
    {
        var random = new Random(7);
        for (var round = 0; round < 1_000; round++)
        {
            var tree = RandomJson.Node(random, 4);
            using var writer = new CanonicalJsonWriter();
            WriteTree(writer, RandomJson.Shuffled(tree, random));
            Assert.Equal(CanonicalJson.Canonicalize(tree), writer.ToArray());
        }
    }

    private static void WriteTree(CanonicalJsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                writer.StartObject();
                foreach (var (name, value) in members)
                {
                    writer.Name(name);
                    WriteTree(writer, value);
                }

                writer.EndObject();
                break;
            case JsonArray items:
                writer.StartArray();
                foreach (var item in items)
                {
                    WriteTree(writer, item);
                }

                writer.EndArray();
                break;
            default:
                writer.Node(node);
                break;
        }
    }

    private static void Write(CanonicalJsonWriter writer, Piece piece, string name, JsonNode? value) =>
        _ = piece switch
        {
            Piece.StartObject => writer.StartObject(),
            Piece.EndObject => writer.EndObject(),
            Piece.StartArray => writer.StartArray(),
            Piece.EndArray => writer.EndArray(),
            Piece.Name => writer.Name(name),
            _ => writer.Node(value),
        };

    /// <summary>What may stand next, and the tree so far.</summary>
    private sealed class Model
    {
        private readonly Stack<JsonNode> _open = new();
        private string? _name;

        public (JsonNode? Value, bool _)? Finished { get; private set; }

        private bool TakesValue => _open.Count == 0 || _open.Peek() is JsonArray || _name is not null;

        public bool Allows(Piece piece) =>
            piece switch
            {
                Piece.Name => _open.TryPeek(out var top) && top is JsonObject && _name is null,
                Piece.EndObject => _open.TryPeek(out var top) && top is JsonObject && _name is null,
                Piece.EndArray => _open.TryPeek(out var top) && top is JsonArray,
                _ => TakesValue,
            };

        public Piece Likely(Random random)
        {
            var allowed = Enum.GetValues<Piece>().Where(Allows).ToArray();
            return allowed[random.Next(allowed.Length)];
        }

        public void Take(Piece piece, string name, JsonNode? value)
        {
            switch (piece)
            {
                case Piece.Name:
                    _name = name;
                    break;
                case Piece.EndObject or Piece.EndArray:
                    var closed = _open.Pop();
                    Finished = _open.Count == 0 ? (closed, true) : null;
                    break;
                case Piece.StartObject or Piece.StartArray:
                    JsonNode container = piece is Piece.StartObject ? new JsonObject() : new JsonArray();
                    Put(container);
                    _open.Push(container);
                    break;
                default:
                    Put(value);
                    Finished = _open.Count == 0 ? (value, true) : null;
                    break;
            }
        }

        private void Put(JsonNode? value)
        {
            if (!_open.TryPeek(out var top))
            {
                return;
            }

            if (top is JsonObject members)
            {
                members[_name!] = value; // a value in an object follows its name
                _name = null;
            }
            else
            {
                top.AsArray().Add(value);
            }
        }
    }
}
