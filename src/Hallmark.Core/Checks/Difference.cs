namespace Hallmark.Core.Checks;

/// <summary>One thing that is not as it was anchored.</summary>
/// <param name="What">Which: <c>metrics.val_accuracy</c>, <c>params.max_iter</c>, <c>model/model.pkl</c>.</param>
/// <param name="Anchored">The anchored value as text; null where the record has none (something was added).</param>
/// <param name="Found">The value found now as text; null where it is gone.</param>
/// <param name="Note">A remark, such as when the file was modified; or null.</param>
public sealed record Difference(string What, string? Anchored, string? Found, string? Note = null);
