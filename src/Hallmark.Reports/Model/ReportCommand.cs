namespace Hallmark.Reports.Model;

/// <summary>Something to type that checks the page by hand with standard tools.</summary>
/// <param name="Purpose">What it shows.</param>
/// <param name="Command">The command; may have several lines.</param>
public sealed record ReportCommand(string Purpose, string Command);
