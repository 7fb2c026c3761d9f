namespace Hallmark.Mlflow.Stores;

/// <summary>A logged model that a run made.</summary>
/// <param name="ModelId">The model's id, <c>m-</c> and 32 hex digits.</param>
/// <param name="Step">The step at which it was logged.</param>
public sealed record ModelOutput(string ModelId, long Step);
