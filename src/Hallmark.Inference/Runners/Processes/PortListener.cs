namespace Hallmark.Inference.Runners.Processes;

/// <summary>Who listens on a port that was given to a child.</summary>
internal enum PortListener
{
    /// <summary>This machine does not tell (no <c>/proc</c>, or the child has no session of its own).</summary>
    Unknown = 0,

    /// <summary>The child or something it started, on the loopback interface only.</summary>
    Ours,

    /// <summary>The child or something it started, on more than the loopback interface.</summary>
    OursForEverybody,

    /// <summary>Somebody else: the child was too late.</summary>
    Foreign,
}
