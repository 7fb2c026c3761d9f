namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>A file that a command was asked to write.</summary>
/// <param name="Path">Where, as the user wrote it.</param>
/// <param name="Content">All of it, ASCII, with a final newline.</param>
public sealed record ArioOutputFile(string Path, string Content);
