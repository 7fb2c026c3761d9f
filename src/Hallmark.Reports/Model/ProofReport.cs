using System.Collections.Immutable;

namespace Hallmark.Reports.Model;

/// <summary>All that a proof page shows. Texts may come from anywhere: the page escapes every one of them.</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record ProofReport
{
    /// <summary>What the page is about, in a few words: <c>credit-scorer/3</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What kind of thing that is: <c>Model version</c>, <c>Training run</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The word in the banner and its colour.</summary>
    public required ReportState State { get; init; }

    /// <summary>The banner's second line: what was found, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>When the page was made; UTC.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }

    /// <summary>Facts of the record, in order.</summary>
    public ImmutableArray<ReportFact> Facts { get; init; } = [];

    /// <summary>The chain of events, oldest first.</summary>
    public ImmutableArray<ChainNode> Chain { get; init; } = [];

    /// <summary>The checks, a section for each event.</summary>
    public ImmutableArray<ReportSection> Sections { get; init; } = [];

    /// <summary>Who else saw it.</summary>
    public ImmutableArray<ReportWitness> Witnesses { get; init; } = [];

    /// <summary>Remarks that a reader must see beside the verdict.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What the verdict does not prove.</summary>
    public ImmutableArray<string> DoesNotProve { get; init; } = [];

    /// <summary>How to check it by hand.</summary>
    public ImmutableArray<ReportCommand> Commands { get; init; } = [];

    /// <summary>The same facts as JSON text, or null.</summary>
    public string? RawJson { get; init; }
}
