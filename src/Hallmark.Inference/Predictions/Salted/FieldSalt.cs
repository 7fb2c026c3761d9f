namespace Hallmark.Inference.Predictions.Salted;

/// <summary>The salt of one field of one prediction: whoever has it and the value can show what was committed to; without it nobody can.</summary>
/// <param name="Side"><c>input</c> or <c>output</c>.</param>
/// <param name="Field">The field's name.</param>
/// <param name="Salt">32 random bytes.</param>
public sealed record FieldSalt(string Side, string Field, ReadOnlyMemory<byte> Salt)
{
    /// <summary>A field of the input.</summary>
    public const string Input = "input";

    /// <summary>A field of the output.</summary>
    public const string Output = "output";

    /// <summary>How long a salt is.</summary>
    public const int SizeInBytes = 32;
}
