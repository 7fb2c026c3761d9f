namespace Hallmark.Mlflow.Verification;

/// <summary>What the original's command line would say.</summary>
/// <param name="Text">Standard output.</param>
/// <param name="ExitCode">0 only where the overall result is true.</param>
/// <param name="Tags">The tags it would write back to what was verified.</param>
public sealed record ArioConsoleAnswer(string Text, int ExitCode, IReadOnlyDictionary<string, string> Tags);
