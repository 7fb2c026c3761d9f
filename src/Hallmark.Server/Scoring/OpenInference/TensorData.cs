using System.Text.Json.Nodes;
using Hallmark.Server.Scoring.Answers;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>The elements of a tensor: flat, or nested as the shape says; always handed on flat, in row-major order.</summary>
internal static class TensorData
{
    /// <summary>The most elements of one tensor.</summary>
    public const long MaxElements = int.MaxValue;

    /// <summary>The most dimensions.</summary>
    public const int MaxDimensions = 32;

    /// <summary>Reads a shape.</summary>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="node">The member <c>shape</c>.</param>
    /// <param name="count">How many elements such a tensor has.</param>
    /// <exception cref="RefusedRequestException">400.</exception>
    public static long[] ReadShape(string name, JsonNode? node, out long count)
    {
        if (node is not JsonArray { Count: <= MaxDimensions } dimensions)
        {
            throw RefusedRequestException.InvalidValue($"input \"{name}\": shape must be a list of at most {MaxDimensions} sizes");
        }

        var shape = new long[dimensions.Count];
        count = 1;
        for (var i = 0; i < shape.Length; i++)
        {
            if (dimensions[i] is not JsonValue size || !size.TryGetValue(out shape[i]) || shape[i] is < 0 or > MaxElements)
            {
                throw RefusedRequestException.InvalidValue($"input \"{name}\": dimension {i} of shape is not a size");
            }

            count = shape[i] == 0 || count == 0 ? 0 : checked(count * shape[i]);
            if (count > MaxElements)
            {
                throw RefusedRequestException.InvalidValue($"input \"{name}\": the shape has too many elements");
            }
        }

        return shape;
    }

    /// <summary>Checks the elements against type and shape.</summary>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="data">The member <c>data</c>.</param>
    /// <param name="type">A known type.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="count">How many elements that makes.</param>
    /// <returns>The elements, flat.</returns>
    /// <exception cref="RefusedRequestException">400.</exception>
    public static JsonArray Flatten(string name, JsonNode? data, string type, long[] shape, long count)
    {
        if (data is not JsonArray items)
        {
            throw RefusedRequestException.InvalidValue($"input \"{name}\": data must be a list");
        }

        var flat = items;
        if (items.Any(item => item is JsonArray))
        {
            flat = [];
            Append(name, items, shape, depth: 0, flat);
        }

        if (flat.Count != count)
        {
            throw RefusedRequestException.InvalidValue(
                $"input \"{name}\": shape [{string.Join(", ", shape)}] has {count} elements, data has {flat.Count}"
            );
        }

        for (var i = 0; i < flat.Count; i++)
        {
            if (!TensorType.Holds(type, flat[i]))
            {
                throw RefusedRequestException.InvalidValue($"input \"{name}\": element {i} of data is not of type {type}");
            }
        }

        return flat;
    }

    private static void Append(string name, JsonArray items, long[] shape, int depth, JsonArray flat)
    {
        if (depth >= shape.Length || items.Count != shape[depth])
        {
            throw RefusedRequestException.InvalidValue($"input \"{name}\": data is not nested as shape [{string.Join(", ", shape)}] says");
        }

        foreach (var item in items)
        {
            if (depth + 1 < shape.Length)
            {
                Append(
                    name,
                    item as JsonArray
                        ?? throw RefusedRequestException.InvalidValue(
                            $"input \"{name}\": data is not nested as shape [{string.Join(", ", shape)}] says"
                        ),
                    shape,
                    depth + 1,
                    flat
                );
            }
            else
            {
                flat.Add(item?.DeepClone());
            }
        }
    }
}
