using Hallmark.Core.Failures;

namespace Hallmark.Inference;

/// <summary>A model, or its state, could not be verified; nothing of it was executed.</summary>
public abstract class AssetVerificationException : HallmarkException
{
    /// <inheritdoc />
    protected AssetVerificationException(string message, params string[] hints)
        : base(message, hints) { }

    /// <inheritdoc />
    protected AssetVerificationException(string message, Exception? cause, params string[] hints)
        : base(message, cause, hints) { }

    /// <summary>The name that the original's structured logs use, for example <c>AssetTamperedError</c>.</summary>
    public abstract string ErrorName { get; }
}
