using System.Globalization;
using Hallmark.Anchors.CheckpointFile;

namespace Hallmark.Anchors.Git;

/// <summary>Where a checkpoint lies in the branch: <c>000/000/000/checkpoint-000000000041.txt</c>, at most a thousand in a folder, so that proofs stay small.</summary>
internal static class GitCheckpointPath
{
    /// <summary>The folders and the file's name, from the root on.</summary>
    public static IReadOnlyList<string> Of(long size)
    {
        var digits = size.ToString("D12", CultureInfo.InvariantCulture);
        return [digits[..^9], digits[^9..^6], digits[^6..^3], CheckpointNote.FileName(size)];
    }
}
