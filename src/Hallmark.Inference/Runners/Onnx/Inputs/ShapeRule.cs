namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Which dimensions of length 1 may be added to a value for it to fit an input.</summary>
internal enum ShapeRule
{
    /// <summary>One at the end, for a list of single values: rows of one column.</summary>
    Exact = 0,

    /// <summary>One at the front, for one row of a batch (mlflow-events.md §7.1: a list <c>x</c> is handed over as <c>[x]</c>); all of them, for a single value.</summary>
    Row,
}
