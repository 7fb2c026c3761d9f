namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>What came of verifying a data item.</summary>
public sealed record DataItemVerification
{
    private DataItemVerification(DataItemRefusal? refusal) => Refusal = refusal;

    /// <summary>True where the owner signed exactly these contents, and they keep every rule of the format.</summary>
    public bool IsVerified => Refusal is null;

    /// <summary>Why not; null where it is verified.</summary>
    public DataItemRefusal? Refusal { get; }

    internal static DataItemVerification Verified { get; } = new((DataItemRefusal?)null);

    internal static DataItemVerification Refused(DataItemFault fault, string reason) => new(new DataItemRefusal(fault, reason));
}
