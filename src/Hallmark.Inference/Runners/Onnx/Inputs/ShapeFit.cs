namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Adds dimensions of length 1 where a value is meant for an input that has them.</summary>
internal static class ShapeFit
{
    /// <summary>The value with the dimensions that the input has; unchanged where none of the rules applies.</summary>
    /// <param name="array">The value.</param>
    /// <param name="declared">The input's dimensions, -1 where one is open, or null.</param>
    /// <param name="rule">What may be added.</param>
    public static InputArray Apply(InputArray array, long[]? declared, ShapeRule rule)
    {
        var shape = array.Shape;
        if (rule == ShapeRule.Row)
        {
            if (declared is null)
            {
                return shape.Length == 0 ? array : array.Reshaped([1, .. shape]);
            }

            if (shape.Length == 0 && declared.All(IsOne))
            {
                return array.Reshaped([.. declared.Select(_ => 1L)]);
            }

            if (declared.Length == shape.Length + 1 && IsOne(declared[0]))
            {
                return array.Reshaped([1, .. shape]);
            }
        }

        return declared is { Length: 2 } && shape.Length == 1 && IsOne(declared[1]) ? array.Reshaped([.. shape, 1]) : array;
    }

    private static bool IsOne(long dimension) => dimension is 1 or -1;
}
