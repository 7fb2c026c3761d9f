using Hallmark.Core.Events;
using Hallmark.Core.Notes;
using Hallmark.Keys;
using Hallmark.Ledger;

namespace Hallmark.Home;

/// <summary>What came of handing a ledger over to another checkpoint key.</summary>
/// <param name="Entry">The entry that says so; null where the key signed the checkpoints already.</param>
/// <param name="Retired">The key that was in force before.</param>
/// <param name="InForce">The key that is in force now.</param>
/// <param name="Successor">The key that was named; lives as long as the session.</param>
/// <param name="Checkpoint">The newest checkpoint.</param>
public sealed record LedgerRotation(
    LoggedEntry? Entry,
    NoteVerifierKey Retired,
    NoteVerifierKey InForce,
    SigningKey Successor,
    PublishedCheckpoint? Checkpoint
);
