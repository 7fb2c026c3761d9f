namespace Hallmark.Ledger;

/// <summary>What <see cref="PublishedFiles.RestoreAsync"/> did.</summary>
/// <param name="EntryCount">How many entries the newest checkpoint covers.</param>
/// <param name="CheckpointCount">How many checkpoints were recomputed.</param>
/// <param name="WrittenCount">How many files were missing and are there again.</param>
public sealed record RestoredFiles(long EntryCount, long CheckpointCount, long WrittenCount);
