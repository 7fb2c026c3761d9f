using Hallmark.Core.Failures;

namespace Hallmark.Inference.Agent;

/// <summary>The policy file has faults; all of them are told at once.</summary>
public sealed class AgentPolicyException : BadInputException
{
    internal AgentPolicyException(string file, IReadOnlyList<string> faults)
        : base(
            faults.Count == 1
                ? $"{file}: {faults[0]}"
                : $"{file} has {faults.Count} faults:{string.Concat(faults.Select(fault => "\n  " + fault))}",
            "docs/inference.md shows a policy with all its members"
        ) => Faults = faults;

    /// <summary>Each fault, with the place of the member.</summary>
    public IReadOnlyList<string> Faults { get; }
}
