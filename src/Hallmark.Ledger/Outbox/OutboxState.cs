namespace Hallmark.Ledger.Outbox;

/// <summary>Where a piece of work stands. What is done is no longer in the outbox. The numbers are part of the schema.</summary>
public enum OutboxState
{
    /// <summary>To be done, at once or after a pause.</summary>
    Pending = 0,

    /// <summary>Given up after too many tries or too long a time, or refused for good; stays until somebody has it tried again.</summary>
    Dead = 1,

    /// <summary>Handed over and going on elsewhere; looked at again when its pause has passed. No failure.</summary>
    Waiting = 2,
}
