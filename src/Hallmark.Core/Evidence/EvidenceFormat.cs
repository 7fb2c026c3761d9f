namespace Hallmark.Core.Evidence;

/// <summary>The names and bounds of the family's evidence formats (envelope family §10 to §15).</summary>
public static class EvidenceFormat
{
    /// <summary>An inclusion bundle of an agent's checkpoint; no minors.</summary>
    public const string InclusionBundle = "ario.agent.proof/v1";

    /// <summary>The signed wrapper around any body.</summary>
    public const string Wrapper = "ario.evidence/v1";

    /// <summary>Events, checkpoints and the proofs between them.</summary>
    public const string Trace = "ario.anchor.trace/v1";

    /// <summary>A verified source bundle with operator attestations.</summary>
    public const string Export = "ario.evidence.export/v1";

    /// <summary>The verdict object of an export.</summary>
    public const string Verdict = "ario.evidence.verdict/v1";

    /// <summary>What an attestation names as its signature.</summary>
    public const string AttestationSignature = "rsa-pss-sha256";

    /// <summary>How deep exports may stand in one another; more are malformed. Each costs one more pass over the bytes inside.</summary>
    public const int MaxNestedExports = 8;

    /// <summary>How many attestations an export may hold; more are malformed.</summary>
    public const int MaxAttestations = 10_000;

    /// <summary>Whether a version is <see cref="Wrapper"/>, or that and <c>.</c> and ASCII digits.</summary>
    public static bool IsWrapper(string? specVersion)
    {
        if (specVersion is null || !specVersion.StartsWith(Wrapper, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = specVersion.AsSpan(Wrapper.Length);
        return rest.IsEmpty || (rest.Length > 1 && rest[0] == '.' && !rest[1..].ContainsAnyExceptInRange('0', '9'));
    }
}
