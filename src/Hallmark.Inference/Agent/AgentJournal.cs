using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Files;

namespace Hallmark.Inference.Agent;

/// <summary>
/// Events that were seen and are not in the ledger yet, one file each, durable before anybody is told of them: the ledger may be another process's for hours. Also which
/// assets were ever registered, so that a ledger that went away does not make a changed asset look new. Safe for use by several threads.
/// </summary>
internal sealed class AgentJournal
{
    private const int MaxEventInBytes = 1 << 20;
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly AgentFolder? _folder;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, AgentEvent> _pending = [];
    private long _next;

    private AgentJournal(AgentFolder? folder) => _folder = folder;

    /// <summary>A journal with nothing in it, for who only looks at the ledger; keeps nothing.</summary>
    public static AgentJournal Empty { get; } = new(null);

    private AgentFolder Folder => _folder ?? throw new InvalidOperationException("This journal keeps nothing.");

    /// <summary>All that waits, oldest first.</summary>
    public IReadOnlyList<AgentEvent> Pending
    {
        get
        {
            lock (_lock)
            {
                return [.. _pending.Values];
            }
        }
    }

    /// <summary>Reads what an earlier process left.</summary>
    /// <exception cref="BadInputException">A file in the folder is none of ours.</exception>
    public static AgentJournal Open(AgentFolder folder)
    {
        var journal = new AgentJournal(folder);
        foreach (var path in Directory.EnumerateFiles(folder.PendingFolder, "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw Foreign(path);
            }

            journal._pending[number] = ReadEvent(path);
            journal._next = number + 1;
        }

        return journal;
    }

    /// <summary>Keeps an event until it is in the ledger. On disk when this returns.</summary>
    /// <exception cref="UnavailableException">The disk refuses.</exception>
    public void Add(AgentEvent seen)
    {
        var content = CanonicalJson.Canonicalize(
            new JsonObject
            {
                ["event_id"] = seen.EventId,
                ["event_type"] = seen.EventType,
                ["subject_key"] = seen.SubjectKey,
                ["payload"] = seen.Payload.DeepClone(),
            }
        );
        lock (_lock)
        {
            Write(PathOf(_next), content);
            _pending[_next] = seen;
            _next = checked(_next + 1);
        }
    }

    /// <summary>Forgets an event: it is in the ledger.</summary>
    public void Remove(AgentEvent logged)
    {
        lock (_lock)
        {
            foreach (var (number, _) in _pending.Where(pair => pair.Value.EventId == logged.EventId).ToList())
            {
                File.Delete(PathOf(number));
                _pending.Remove(number);
            }
        }
    }

    /// <summary>Notes for good that an asset has a baseline.</summary>
    /// <exception cref="UnavailableException">The disk refuses.</exception>
    public void MarkRegistered(string subjectKey)
    {
        if (!WasRegistered(subjectKey))
        {
            Write(MarkOf(subjectKey), Encoding.UTF8.GetBytes(subjectKey + "\n"));
        }
    }

    /// <summary>Whether an asset ever had a baseline here.</summary>
    public bool WasRegistered(string subjectKey) => _folder is not null && File.Exists(MarkOf(subjectKey));

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            _ = NewFile.TryCreate(path, content, OwnerReads);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"the agent cannot keep what it saw: {fault.Message}", fault, "see that the disk has room");
        }
    }

    private static AgentEvent ReadEvent(string path)
    {
        if (new FileInfo(path).Length > MaxEventInBytes)
        {
            throw Foreign(path);
        }

        return
            StrictJson.TryParse(File.ReadAllBytes(path), out var node, out _)
            && node is JsonObject members
            && PayloadText.Find(members, "event_id") is { } id
            && PayloadText.Find(members, "event_type") is { } type
            && PayloadText.Find(members, "subject_key") is { } subject
            && AgentEvents.All.Contains(type)
            && members["payload"] is JsonObject payload
            ? new AgentEvent(id, type, subject, (JsonObject)payload.DeepClone())
            : throw Foreign(path);
    }

    private static BadInputException Foreign(string path) =>
        new($"{path} is no event of the agent's", "move it out of the folder; what was seen may have to be seen again");

    private string PathOf(long number) =>
        Path.Combine(Folder.PendingFolder, number.ToString("D19", CultureInfo.InvariantCulture) + ".json");

    private string MarkOf(string subjectKey) =>
        Path.Combine(Folder.BaselinesFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subjectKey))));
}
