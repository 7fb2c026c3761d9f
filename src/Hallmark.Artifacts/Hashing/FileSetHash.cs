using Hallmark.Artifacts.Files;

namespace Hallmark.Artifacts.Hashing;

/// <summary>Hashes files that were found: from the cache where it knows them, else from the disk, with all threads busy to the end.</summary>
internal static class FileSetHash
{
    /// <returns>One digest for each file, in the same order.</returns>
    public static FileDigest[] Compute(
        IReadOnlyList<FileToHash> files,
        HashingOptions options,
        IProgress<HashingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var total = files.Sum(file => file.Facts.Size);
        var meter = new ProgressMeter(progress, total);
        var digests = new FileDigest[files.Count];
        var cache = options.Paranoid ? null : options.Cache;
        var left = new List<int>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            if (cache?.Find(files[i].FullPath, files[i].Facts, options.Algorithm) is { } known)
            {
                digests[i] = new FileDigest(files[i].RelativePath, files[i].Facts.Size, known);
                meter.Add(files[i].Facts.Size, files[i].RelativePath);
            }
            else
            {
                left.Add(i);
            }
        }

        // The largest first, so that no thread starts one when the others are done.
        left.Sort((a, b) => (files[b].Facts.Size, a).CompareTo((files[a].Facts.Size, b)));

        // What is more than one thread's fair share is hashed by all of them together, where the algorithm allows it.
        var share = Math.Max(TreeHash.WorthwhileSize, total / options.MaxThreads);
        var together = options is { Algorithm: Core.Digests.DigestAlgorithm.Blake3, MaxThreads: > 1 }
            ? left.TakeWhile(i => files[i].Facts.Size >= share).Count()
            : 0;
        foreach (var i in left.Take(together))
        {
            Keep(i, () => TreeHash.Compute(files[i], options.MaxThreads, meter, cancellationToken));
        }

        HashCrew.Run(
            left.Count - together,
            options,
            meter,
            (piece, worker, token) => Keep(left[together + piece], () => worker.Hash(files[left[together + piece]], token)),
            cancellationToken
        );
        cache?.Save();
        return digests;

        void Keep(int i, Func<FileDigest> hash)
        {
            var started = cache?.Now;
            digests[i] = hash();
            if (started is { } time)
            {
                cache?.Remember(files[i].FullPath, files[i].Facts, digests[i].Digest, time);
            }
        }
    }
}
