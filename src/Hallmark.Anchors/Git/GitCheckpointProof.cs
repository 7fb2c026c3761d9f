using System.Text.Json.Nodes;
using Hallmark.Anchors.CheckpointFile;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Git;

/// <summary>What a receipt's <c>proof</c> holds: the note, and once it is committed the commit and the trees down to the file, as Git's objects in base64.</summary>
internal sealed record GitCheckpointProof
{
    private const string CommitMember = "commit";
    private const string TreesMember = "trees";
    private const int MaxObjectSize = 1 << 20;
    private const int MaxSizeInBytes = 2 << 20;

    /// <summary>The signed checkpoint.</summary>
    public required byte[] Note { get; init; }

    /// <summary>The commit object; null before.</summary>
    public byte[]? Commit { get; init; }

    /// <summary>The tree objects from the commit's own to the one that holds the file.</summary>
    public IReadOnlyList<byte[]> Trees { get; init; } = [];

    public JsonObject ToJson()
    {
        var json = CheckpointNote.Write(Note);
        if (Commit is not null)
        {
            json[CommitMember] = Convert.ToBase64String(Commit);
            json[TreesMember] = new JsonArray([.. Trees.Select(static tree => (JsonNode)Convert.ToBase64String(tree))]);
        }

        return json;
    }

    /// <exception cref="BadInputException">It is no such proof.</exception>
    public static GitCheckpointProof Read(AnchorReceipt receipt)
    {
        var json = receipt.Proof;
        foreach (var (name, _) in json)
        {
            if (name is not (CheckpointNote.Member or CommitMember or TreesMember))
            {
                throw new BadInputException($"the Git receipt has an unknown member \"{name}\"");
            }
        }

        var trees = json[TreesMember] switch
        {
            null => [],
            JsonArray { Count: <= 8 } array => array.Select(static node => CanonicalBase64.Find(node, MaxObjectSize)).ToList(),
            _ => [null],
        };
        return trees.Contains(null)
            ? throw new BadInputException($"the Git receipt's {TreesMember} are not a list of tree objects in base64")
            : new GitCheckpointProof
            {
                Note = CheckpointNote.Read(receipt),
                Commit = !json.ContainsKey(CommitMember)
                    ? null
                    : CanonicalBase64.Find(json[CommitMember], MaxObjectSize)
                        ?? throw new BadInputException($"the Git receipt's {CommitMember} is not a commit object in base64"),
                Trees = [.. trees.Select(static tree => tree!)], // ! none is null, as was just asked
            };
    }

    /// <summary>True where it fits into a receipt.</summary>
    public bool IsSmallEnough => (Commit?.Length ?? 0) + Trees.Sum(static tree => tree.Length) <= MaxSizeInBytes;

    /// <summary>Follows the objects from a commit's id to the note.</summary>
    /// <param name="commitId">The id that git knows it by.</param>
    /// <param name="size">The checkpoint's size.</param>
    /// <returns>What does not fit; null where all does.</returns>
    public string? FindFault(string? commitId, long size)
    {
        if (Commit is null || !GitObjects.IsId(commitId))
        {
            return "there is no commit";
        }

        var idLength = commitId!.Length; // ! an id, as was just asked
        if (GitObjects.Hash("commit", Commit, idLength) != commitId)
        {
            return "the commit is not the one of that id";
        }

        var path = GitCheckpointPath.Of(size);
        if (Trees.Count != path.Count)
        {
            return "the trees do not reach the file";
        }

        var next = GitObjects.FindTree(Commit, idLength);
        for (var i = 0; i < path.Count; i++)
        {
            if (GitObjects.Hash("tree", Trees[i], idLength) != next)
            {
                return "a tree is not the one that is pointed to";
            }

            next = GitObjects.FindEntry(Trees[i], path[i], idLength);
        }

        return next == GitObjects.Hash("blob", Note, idLength) ? null : "the file in the commit is not the checkpoint";
    }
}
