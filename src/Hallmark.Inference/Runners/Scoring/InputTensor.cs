using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.RestStore;

namespace Hallmark.Inference.Runners.Scoring;

/// <summary>One tensor of an Open Inference request (v2, "inference request JSON object"), checked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions, each 0 or more.</param>
/// <param name="Elements">Its elements in row-major order; as many as the shape says.</param>
internal sealed record InputTensor(string Name, IReadOnlyList<long> Shape, IReadOnlyList<JsonValue> Elements)
{
    private const int MaxDimensions = 32;

    /// <exception cref="ModelInputException">It is no tensor.</exception>
    public static InputTensor Read(JsonNode? node)
    {
        if (node is not JsonObject members || JsonScalar.FindText(members["name"]) is not { Length: > 0 } name)
        {
            throw new ModelInputException(
                "an input of the Open Inference Protocol is an object with \"name\", \"shape\", \"datatype\" and \"data\""
            );
        }

        var shown = TextFromServer.Clean(name, 100);
        var type = JsonScalar.FindText(members["datatype"]);
        if (type is null || !TensorType.IsKnown(type))
        {
            throw new ModelInputException(
                $"input \"{shown}\" has no \"datatype\" of the Open Inference Protocol",
                "such as FP64, INT64, BOOL or BYTES"
            );
        }

        var shape =
            ReadShape(members["shape"])
            ?? throw new ModelInputException($"input \"{shown}\" has no \"shape\" that is a list of whole numbers");
        var elements = new List<JsonValue>();
        Flatten(
            members["data"] as JsonArray ?? throw new ModelInputException($"input \"{shown}\" has no \"data\" that is a list"),
            shape.Count
        );
        if (Count(shape) != elements.Count)
        {
            throw new ModelInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"input \"{shown}\" has {elements.Count} elements, and its shape [{string.Join(',', shape)}] another number"
                )
            );
        }

        return new InputTensor(name, shape, elements);

        void Flatten(JsonArray list, int depth)
        {
            foreach (var item in list)
            {
                switch (item)
                {
                    case JsonArray inner when depth > 1:
                        Flatten(inner, depth - 1);
                        break;
                    case JsonValue value when TensorType.Takes(type, value):
                        elements.Add(value);
                        break;
                    default:
                        throw new ModelInputException($"input \"{shown}\" has an element that is no {type}");
                }
            }
        }
    }

    private static List<long>? ReadShape(JsonNode? node)
    {
        if (node is not JsonArray { Count: > 0 and <= MaxDimensions } list)
        {
            return null;
        }

        var shape = new List<long>(list.Count);
        foreach (var item in list)
        {
            if (JsonScalar.FindWholeNumber(item) is not { } dimension || dimension is < 0 or > int.MaxValue)
            {
                return null;
            }

            shape.Add(dimension);
        }

        return shape;
    }

    // Beyond any list that can be held the product does not matter.
    private static long Count(List<long> shape)
    {
        var count = 1L;
        foreach (var dimension in shape)
        {
            if (dimension == 0)
            {
                return 0;
            }

            count = count > int.MaxValue ? count : count * dimension;
        }

        return count;
    }
}
