using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Files;

namespace Hallmark.Inference.Agent;

/// <summary>
/// The looks since the last verification checkpoint: one line of canonical JSON each (<c>ario.agent.leaf/v1</c>), appended and synced to disk. Closing makes the lines a manifest
/// that is never changed again, and a checkpoint event over their Merkle root. A process that dies in between closes it at its next start. Safe for use by several threads.
/// </summary>
internal sealed class LeafWindow
{
    /// <summary>Most leaves under one checkpoint.</summary>
    public const int MaxLeaves = 16_384;

    private const int MaxSizeInBytes = 256 << 20;
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly AgentPolicy _policy;
    private readonly AgentFolder _folder;
    private readonly AgentEventLog _log;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private int _count;
    private DateTimeOffset _opened;

    private LeafWindow(AgentPolicy policy, AgentFolder folder, AgentEventLog log, TimeProvider time)
    {
        _policy = policy;
        _folder = folder;
        _log = log;
        _time = time;
    }

    private string OpenFile => Path.Combine(_folder.LeavesFolder, "open.jsonl");

    /// <summary>Goes on with what an earlier process left: half a line at the end is cut off, a closing that was begun is ended.</summary>
    /// <exception cref="UnavailableException">The file is damaged, or the disk refuses.</exception>
    public static async Task<LeafWindow> OpenAsync(
        AgentPolicy policy,
        AgentFolder folder,
        AgentEventLog log,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var window = new LeafWindow(policy, folder, log, time);
        window.Recover();
        if (window._count > 0 && window.ManifestOf(window.ReadLeaves().Root) is { } manifest && File.Exists(manifest))
        {
            await window.FinishAsync(cancellationToken).ConfigureAwait(false);
        }

        return window;
    }

    /// <summary>Adds one look.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(WatchedAsset asset, string expectedHash, string? observedHash, string outcome, string verifiedAt)
    {
        var line = CanonicalJson.Canonicalize(
            new JsonObject
            {
                ["schema"] = "ario.agent.leaf/v1",
                ["agent_id"] = _policy.AgentId,
                ["asset"] = asset.ToLeafJson(),
                ["expected_hash"] = expectedHash,
                ["observed_hash"] = observedHash,
                ["outcome"] = outcome,
                ["policy_hash"] = _policy.Hash,
                ["verified_at"] = verifiedAt,
            }
        );
        lock (_lock)
        {
            if (_count == 0)
            {
                _ = NewFile.TryCreate(OpenFile, [], OwnerReads);
                _opened = _time.GetUtcNow();
            }

            using var file = new FileStream(OpenFile, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(line);
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
            _count++;
        }
    }

    /// <summary>Closes the window where its time is over, or it is full.</summary>
    /// <returns>True where a checkpoint was made; it is in the journal.</returns>
    /// <exception cref="HallmarkException">The disk refuses; the leaves stay for the next time.</exception>
    public bool CloseIfDue()
    {
        lock (_lock)
        {
            var age = _time.GetUtcNow() - _opened;

            // A clock that was set back must not keep a window open for ever.
            if (_count == 0 || (age >= TimeSpan.Zero && age < _policy.CheckpointEvery && _count < MaxLeaves))
            {
                return false;
            }

            Close();
            return true;
        }
    }

    private void Close()
    {
        var leaves = ReadLeaves();
        try
        {
            _ = NewFile.TryCreate(ManifestOf(leaves.Root), leaves.Content, OwnerReads);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"the agent cannot write a checkpoint's manifest: {fault.Message}", fault);
        }

        _log.Add(AgentEvents.VerificationCheckpoint, AgentSubjects.Checkpoint(_policy), PayloadOf(leaves));
        Forget();
    }

    // The manifest was written; whether the event was too, its root tells.
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        var leaves = ReadLeaves();
        var newest = await _log.FindNewestPayloadAsync(AgentSubjects.Checkpoint(_policy), cancellationToken).ConfigureAwait(false);
        if (newest is null || PayloadText.Find(newest, "merkle_root") != leaves.Root)
        {
            _log.Add(AgentEvents.VerificationCheckpoint, AgentSubjects.Checkpoint(_policy), PayloadOf(leaves));
        }

        Forget();
    }

    private void Forget()
    {
        File.Delete(OpenFile);
        _count = 0;
    }

    private JsonObject PayloadOf(ClosedLeaves leaves) =>
        new()
        {
            ["window"] = new JsonObject { ["start"] = leaves.Start, ["end"] = leaves.End },
            ["leaf_count"] = leaves.Count,
            ["merkle_root"] = leaves.Root,
            ["merkle_algorithm"] = "RFC9162-binary-sha256",
            ["leaf_manifest"] = new JsonObject
            {
                // Relative to the agent's state folder, which is nobody else's business.
                ["uri"] = $"leaves/{leaves.Root}.jsonl",
                ["hash"] = Convert.ToHexStringLower(SHA256.HashData(leaves.Content)),
                ["size_bytes"] = leaves.Content.Length,
            },
            ["outcome_summary"] = new JsonObject
            {
                ["verified"] = leaves.Verified,
                ["tampered"] = leaves.Tampered,
                ["unavailable"] = leaves.Count - leaves.Verified - leaves.Tampered,
            },
            ["policy_hash"] = _policy.Hash,
        };

    private ClosedLeaves ReadLeaves()
    {
        var content = File.ReadAllBytes(OpenFile);
        var range = new CompactRange();
        var (verified, tampered) = (0, 0);
        string? start = null;
        string? end = null;
        foreach (var line in Lines(content))
        {
            if (!StrictJson.TryParse(content.AsSpan(line), out var node, out _) || node is not JsonObject leaf)
            {
                throw Damaged();
            }

            range.Append(MerkleHash.Leaf(content.AsSpan(line)));
            verified += PayloadText.Find(leaf, "outcome") == "verified" ? 1 : 0;
            tampered += PayloadText.Find(leaf, "outcome") == "tampered" ? 1 : 0;
            var at = PayloadText.Find(leaf, "verified_at") ?? throw Damaged();
            start = start is null || string.CompareOrdinal(at, start) < 0 ? at : start;
            end = end is null || string.CompareOrdinal(at, end) > 0 ? at : end;
        }

        return new ClosedLeaves(content, (int)range.Size, range.Root.Hex, start ?? "", end ?? "", verified, tampered);
    }

    private void Recover()
    {
        if (!File.Exists(OpenFile))
        {
            return;
        }

        using (var file = new FileStream(OpenFile, FileMode.Open, FileAccess.ReadWrite))
        {
            if (file.Length > MaxSizeInBytes)
            {
                throw Damaged();
            }

            var content = new byte[file.Length];
            file.ReadExactly(content);
            file.SetLength(Array.LastIndexOf(content, (byte)'\n') + 1);
            file.Flush(flushToDisk: true);
        }

        var leaves = ReadLeaves();
        _count = leaves.Count;
        _opened = DateTimeOffset.TryParse(leaves.Start, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? start
            : _time.GetUtcNow();
        if (_count == 0)
        {
            File.Delete(OpenFile);
        }
    }

    private static IEnumerable<Range> Lines(byte[] content)
    {
        for (var start = 0; start < content.Length; )
        {
            var end = Array.IndexOf(content, (byte)'\n', start);
            yield return start..end;
            start = end + 1;
        }
    }

    private string ManifestOf(string root) => Path.Combine(_folder.LeavesFolder, root + ".jsonl");

    private UnavailableException Damaged() =>
        new(
            $"{OpenFile} is damaged",
            "move it away: the looks in it are then under no checkpoint; the events in the ledger are not touched"
        );
}
