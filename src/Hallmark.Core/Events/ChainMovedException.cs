using Hallmark.Core.Failures;

namespace Hallmark.Core.Events;

/// <summary>Somebody else prolonged the chain in between: read the head again and seal anew. Nothing was written.</summary>
public sealed class ChainMovedException(string chain, string? actualHead)
    : UnavailableException($"the chain \"{chain}\" was prolonged by another writer in the meantime", "run the command again")
{
    /// <summary>The head now, or null where the chain is empty.</summary>
    public string? ActualHead { get; } = actualHead;
}
