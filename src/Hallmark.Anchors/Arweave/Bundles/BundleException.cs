using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave.Bundles;

/// <summary>Bytes are no ANS-104 bundle (exit code 2).</summary>
public sealed class BundleException : BadInputException
{
    /// <inheritdoc />
    public BundleException(string message, params string[] hints)
        : base(message, hints) { }
}
