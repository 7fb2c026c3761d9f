using System.Text.Json.Nodes;

namespace Hallmark.Core.Evidence;

/// <summary>What came of a file; exactly one of <see cref="Evidence"/> and <see cref="Inclusion"/> is there.</summary>
public sealed record ProofFileResult
{
    /// <summary>The result, where the file was taken for an evidence bundle.</summary>
    public EvidenceVerification? Evidence { get; init; }

    /// <summary>The result, where the file was taken for an inclusion bundle.</summary>
    public InclusionBundleVerification? Inclusion { get; init; }

    /// <summary>What came of it.</summary>
    public EvidenceStatus Status => Evidence?.Status ?? Inclusion?.Status ?? EvidenceStatus.Malformed;

    /// <summary>The exit code (envelope family §16): 0 verified (or partial), 1 failed, 2 malformed, 3 something was out of reach.</summary>
    public int ExitCode => Evidence?.ExitCode ?? Inclusion?.ExitCode ?? 2;

    /// <summary>Notes on the whole.</summary>
    public IReadOnlyList<string> Errors => Evidence?.Errors ?? Inclusion?.Errors ?? [];

    /// <summary>What the family's verifiers pass over.</summary>
    public IReadOnlyList<EvidenceFinding> Findings => Evidence?.Findings ?? [];

    /// <summary>The family's result with <c>exit_code</c>, and our <c>findings</c> beside it.</summary>
    public JsonObject ToJson()
    {
        var json = Evidence?.ToJson() ?? Inclusion?.ToJson() ?? [];
        json["exit_code"] = ExitCode;
        json["findings"] = new JsonArray([
            .. Findings.Select(finding => new JsonObject
            {
                ["code"] = finding.Code,
                ["subject"] = finding.Subject,
                ["detail"] = finding.Detail,
            }),
        ]);
        return json;
    }

    /// <summary>The result in lines for people, plain: <c>✓</c> holds, <c>✗</c> does not, <c>~</c> could not be told.</summary>
    /// <param name="name">How the file is called.</param>
    /// <returns>For a malformed file what belongs on the error stream, else what belongs on the output. Not made safe for a terminal: ids and notes are the file's.</returns>
    public IReadOnlyList<string> ToLines(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ProofText.Of(this, name);
    }
}
