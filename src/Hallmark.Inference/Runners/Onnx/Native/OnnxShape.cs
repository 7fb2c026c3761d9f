namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Dimensions of tensors.</summary>
internal static class OnnxShape
{
    /// <summary>Most dimensions that are taken.</summary>
    public const int MaxRank = 16;

    /// <summary>The dimensions for people: <c>[-1,4]</c>; "of any shape" for none said.</summary>
    public static string Show(IReadOnlyList<long>? shape) => shape is null ? "of any shape" : $"[{string.Join(',', shape)}]";

    /// <summary>Whether dimensions are those that were declared, where an open one takes any.</summary>
    public static bool Fits(IReadOnlyList<long> shape, IReadOnlyList<long>? declared)
    {
        if (declared is null)
        {
            return true;
        }

        if (shape.Count != declared.Count)
        {
            return false;
        }

        for (var i = 0; i < shape.Count; i++)
        {
            if (declared[i] >= 0 && declared[i] != shape[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How many elements dimensions make, if at most <paramref name="limit"/>; else null. No product overflows.</summary>
    public static int? CountElements(ReadOnlySpan<long> shape, int limit)
    {
        long count = 1;
        foreach (var dimension in shape)
        {
            if (dimension == 0)
            {
                return 0;
            }

            if (dimension < 0 || dimension > limit)
            {
                return null;
            }

            count = Math.Min(count * dimension, (long)int.MaxValue + 1);
        }

        return count <= limit ? (int)count : null;
    }
}
