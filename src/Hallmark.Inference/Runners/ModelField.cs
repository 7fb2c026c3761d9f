namespace Hallmark.Inference.Runners;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="DataType">Its type by the names of the Open Inference Protocol: <c>BOOL</c>, <c>INT64</c>, <c>FP32</c>, <c>FP64</c>, <c>BYTES</c> for text, and so on.</param>
/// <param name="Shape">Its dimensions, -1 where one is open; null where the model does not say.</param>
/// <param name="IsRequired">False where an input may be left out.</param>
public sealed record ModelField(string Name, string DataType, IReadOnlyList<long>? Shape, bool IsRequired = true);
