using Hallmark.Core.Failures;

namespace Hallmark.Home.Settings;

/// <summary>The settings file has faults; all of them are told at once.</summary>
public sealed class SettingsException(string file, IReadOnlyList<string> faults)
    : BadInputException(
        faults.Count == 1
            ? $"{file}: {faults[0]}"
            : $"{file} has {faults.Count} faults:{string.Concat(faults.Select(fault => "\n  " + fault))}",
        "docs/operations.md lists every setting"
    )
{
    /// <summary>Each fault, with the place of the member.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
