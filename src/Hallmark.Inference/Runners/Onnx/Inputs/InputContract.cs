using Hallmark.Inference.Runners.Onnx.Files;
using Hallmark.Inference.Runners.Onnx.Native;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>What a model takes: by its graph, and by its <c>MLmodel</c>.</summary>
/// <param name="Inputs">The graph's inputs, in their order.</param>
/// <param name="Signature">The signature's inputs.</param>
/// <param name="MaxElements">Most elements in one input.</param>
/// <param name="MaxBytes">Most bytes in all inputs of a run.</param>
internal sealed record InputContract(IReadOnlyList<OnnxNode> Inputs, ModelSignature Signature, int MaxElements, long MaxBytes)
{
    /// <summary>The graph's only input; null where it has more or none.</summary>
    public OnnxNode? OnlyInput => Inputs is [var only] ? only : null;

    /// <summary>The signature's columns where each has a name; else empty.</summary>
    public IReadOnlyList<ModelField> NamedColumns =>
        !Signature.HasTensorInputs && Signature.Inputs.All(column => column.Name.Length > 0) ? Signature.Inputs : [];

    /// <summary>What the signature says of an input of the graph: the tensor of its name, or the only one where that has no name; null for nothing.</summary>
    public ModelField? FindTensor(OnnxNode input) =>
        !Signature.HasTensorInputs ? null
        : Signature.Inputs is [{ Name.Length: 0 } only] && OnlyInput is not null ? only
        : Signature.Inputs.FirstOrDefault(field => field.Name == input.Name);

    /// <summary>How many elements dimensions make.</summary>
    /// <exception cref="ModelInputException">More than allowed.</exception>
    public int CountElements(long[] shape) =>
        OnnxShape.CountElements(shape, MaxElements)
        ?? throw new ModelInputException($"an input of the dimensions {OnnxShape.Show(shape)} has more than {MaxElements} elements");

    /// <summary>Says what is wrong with an input, and what the model takes.</summary>
    /// <param name="fault">One sentence without a full stop.</param>
    public ModelInputException Refuse(string fault) =>
        Signature.Inputs.Count == 0
            ? new ModelInputException(fault, $"the model takes {this}")
            : new ModelInputException(fault, $"the model takes {this}", $"by its signature: {Show(Signature.Inputs, ShowField)}");

    /// <summary>A name that a caller wrote, for a message.</summary>
    public static string Quote(string name) => OnnxModelFile.Quote(name);

    /// <inheritdoc />
    public override string ToString() => Show(Inputs, input => input.ToString());

    private static string ShowField(ModelField field) =>
        $"{(field.Name.Length > 0 ? Quote(field.Name) + " " : "")}{field.DataType}{(field.Shape is [-1] or null ? "" : " " + OnnxShape.Show(field.Shape))}{(field.IsRequired ? "" : " (optional)")}";

    // The first ones say what is meant; a table may have thousands of columns.
    private static string Show<T>(IReadOnlyList<T> items, Func<T, string> show) =>
        string.Join("; ", items.Take(20).Select(show)) + (items.Count > 20 ? $"; and {items.Count - 20} more" : "");
}
