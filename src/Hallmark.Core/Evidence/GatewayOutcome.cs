namespace Hallmark.Core.Evidence;

/// <summary>What a gateway said about the bytes published under a transaction id (envelope family §12.3). The default is no answer.</summary>
public enum GatewayOutcome
{
    /// <summary>No answer, an error, or a status that is not 2xx.</summary>
    Unreachable = 0,

    /// <summary>It gave other bytes.</summary>
    Mismatch,

    /// <summary>It gave the envelope. That says the bytes are published, not that a block holds them.</summary>
    Confirm,
}
