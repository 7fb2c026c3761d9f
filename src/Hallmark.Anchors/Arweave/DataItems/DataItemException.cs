using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>Bytes are no data item, or what was given cannot be made into one (exit code 2).</summary>
public sealed class DataItemException : BadInputException
{
    /// <param name="refusal">Which rule was broken, and how.</param>
    public DataItemException(DataItemRefusal refusal)
        : base("Not a valid ANS-104 data item: " + (refusal ?? throw new ArgumentNullException(nameof(refusal))).Reason) =>
        Refusal = refusal;

    /// <summary>Which rule was broken, and how.</summary>
    public DataItemRefusal Refusal { get; }
}
