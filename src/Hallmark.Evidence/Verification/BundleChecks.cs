using Hallmark.Core.Checks;

namespace Hallmark.Evidence.Verification;

/// <summary>The names of a bundle's checks, and how their answers are put together.</summary>
public static class BundleChecks
{
    /// <summary>The wrapper's signature and its hash of the body.</summary>
    public const string Wrapper = "wrapper";

    /// <summary>The body can be read.</summary>
    public const string Body = "body";

    /// <summary>An event of the bundle speaks of its subject.</summary>
    public const string Subject = "subject";

    /// <summary>Every envelope is signed, by somebody who may.</summary>
    public const string Signature = "signature";

    /// <summary>Every record has the hash that its envelope commits to.</summary>
    public const string Record = "record";

    /// <summary>Every checkpoint is signed by the ledger's key.</summary>
    public const string Checkpoints = "checkpoints";

    /// <summary>Each checkpoint is the beginning of the next.</summary>
    public const string Consistency = "consistency";

    /// <summary>Every envelope is in the ledger.</summary>
    public const string Inclusion = "inclusion";

    /// <summary>What outside places gave back.</summary>
    public const string Witnesses = "witnesses";

    /// <summary>Failed, with every part that does not hold.</summary>
    internal static Check Failed(string name, string reason, params IReadOnlyList<Difference> parts) =>
        Check.Failed(
            name,
            reason,
            string.Join("; ", parts.Take(3).Select(part => $"{part.What}: {part.Note}"))
                + (parts.Count > 3 ? $"; and {parts.Count - 3} more" : "")
        ) with
        {
            Differences = [.. parts],
        };

    /// <summary>Passed where no part is faulty.</summary>
    internal static Check Decide(string name, string reason, string detail, IEnumerable<Difference?> parts) =>
        parts.OfType<Difference>().ToList() is { Count: > 0 } faults ? Failed(name, reason, faults) : Check.Passed(name, detail);

    /// <summary>A part that does not hold.</summary>
    internal static Difference Part(string what, string why) => new(what, Anchored: null, Found: null, why);
}
