namespace Hallmark.Core.Evidence;

/// <summary>Something that the family's verifiers pass over and a careful reader wants to know. It changes no field of the family's result.</summary>
/// <param name="Code">Which kind, one of the constants here.</param>
/// <param name="Subject">Which event, checkpoint or attestation.</param>
/// <param name="Detail">What was found, in words.</param>
public sealed record EvidenceFinding(string Code, string Subject, string Detail)
{
    /// <summary>A proof's leaf count is not the one that the checkpoint's record commits to.</summary>
    public const string LeafCountDiffers = "leaf_count_differs";

    /// <summary>A checkpoint of a chain does not follow any other of the bundle, and is not the first.</summary>
    public const string ChainBroken = "checkpoint_chain_broken";

    /// <summary>Two different checkpoints follow the same one.</summary>
    public const string ChainForked = "checkpoint_chain_forked";

    /// <summary>The same event stands in the bundle twice.</summary>
    public const string EventDuplicated = "event_duplicated";

    /// <summary>Two different events have the same id.</summary>
    public const string EventIdReused = "event_id_reused";

    /// <summary>An attestation's payload names another transaction than the checkpoint's.</summary>
    public const string AttestationTxDiffers = "attestation_tx_id_differs";

    /// <summary>An attestation says itself that the transaction's signature was not verified.</summary>
    public const string AttestationUnverified = "attestation_signature_not_verified";

    /// <summary>A transaction id that no gateway can be asked for.</summary>
    public const string TxIdUnfit = "transaction_id_unfit";

    /// <summary>A member name stands twice in one object; the last value counted.</summary>
    public const string NameRepeated = "member_name_repeated";
}
