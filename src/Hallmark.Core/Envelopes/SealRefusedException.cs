using Hallmark.Core.Failures;

namespace Hallmark.Core.Envelopes;

/// <summary>An envelope that must not be signed as it stands. Nothing was signed.</summary>
public sealed class SealRefusedException : BadInputException
{
    internal SealRefusedException(SealRefusal refusal, string message, Exception? cause = null)
        : base("the envelope was not sealed: " + message, cause) => Refusal = refusal;

    /// <summary>Why.</summary>
    public SealRefusal Refusal { get; }
}
