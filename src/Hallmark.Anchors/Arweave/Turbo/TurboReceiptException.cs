using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave.Turbo;

/// <summary>Bytes are no Turbo upload receipt (exit code 2).</summary>
public sealed class TurboReceiptException : BadInputException
{
    /// <inheritdoc />
    public TurboReceiptException(string message, params string[] hints)
        : base(message, hints) { }
}
