namespace Hallmark.Server.Scoring;

/// <summary>What an answer waits for before it is sent.</summary>
public enum ReceiptWait
{
    /// <summary>The prediction is durable: it survives <c>kill -9</c> and power loss.</summary>
    Logged = 0,

    /// <summary>A signed checkpoint of the ledger covers it too.</summary>
    Checkpointed,

    /// <summary>Nothing: the receipt may still be lost with the process, and the answer says so (<c>Hallmark-Receipt-State: queued</c>).</summary>
    None,
}
