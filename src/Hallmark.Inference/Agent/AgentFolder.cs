using Hallmark.Core.Failures;
using Hallmark.Files;

namespace Hallmark.Inference.Agent;

/// <summary>
/// An agent's state folder: <c>management-secret</c>, <c>pending/</c> (events on their way into the ledger), <c>baselines/</c> (what was ever registered), <c>policies/</c>,
/// <c>leaves/</c>. One agent at a time works in it. Whoever can write there can make the agent forget events that are not in the ledger yet, but not make it take a
/// changed asset for the registered one: baselines are signed entries of the ledger.
/// </summary>
public sealed class AgentFolder : IDisposable
{
    private readonly FileStream _lock;

    private AgentFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    internal string PendingFolder => Sub("pending");

    internal string BaselinesFolder => Sub("baselines");

    internal string PoliciesFolder => Sub("policies");

    internal string LeavesFolder => Sub("leaves");

    /// <summary>Makes the folder where it is missing, with access for its owner only, and takes it for this process.</summary>
    /// <exception cref="UnavailableException">Another agent works in it, or it cannot be made.</exception>
    public static AgentFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            DurableFolder.CreatePrivate(full);
            foreach (var name in new[] { "pending", "baselines", "policies", "leaves" })
            {
                DurableFolder.CreatePrivate(System.IO.Path.Combine(full, name));
            }

            return new AgentFolder(full, Take(System.IO.Path.Combine(full, "agent.lock"), full));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException(
                $"the agent's state folder {full} cannot be used: {fault.Message}",
                fault,
                "choose another one: --state-dir FOLDER"
            );
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    private static FileStream Take(string file, string folder)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix: the system takes it back when the process dies.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException fault) when (File.Exists(file))
        {
            throw new UnavailableException(
                $"another agent works in {folder}",
                fault,
                "stop it, or give this one a folder of its own: --state-dir FOLDER"
            );
        }
    }

    private string Sub(string name) => System.IO.Path.Combine(Path, name);
}
