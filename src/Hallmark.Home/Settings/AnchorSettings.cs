namespace Hallmark.Home.Settings;

/// <summary>One anchor of the settings.</summary>
/// <param name="Name">Unique; letters, digits, <c>-</c> and <c>_</c>, at most 64.</param>
/// <param name="Type"><c>checkpoint-file</c>.</param>
/// <param name="Folder">For <c>checkpoint-file</c>: where the files are written.</param>
public sealed record AnchorSettings(string Name, string Type, string Folder);
