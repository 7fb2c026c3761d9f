using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Verification;

/// <summary>
/// A copy of a model's files that somebody holds and is about to use. It is judged in place of the store's files: those are not read a second time, and so cannot be
/// others by then.
/// </summary>
/// <param name="Path">Where the copy was made from: a run-relative path, else an artifact URI; or null.</param>
/// <param name="Files">The copy's files, hashed after it was made.</param>
public sealed record HeldArtifacts(string? Path, ArtifactSnapshot Files);
