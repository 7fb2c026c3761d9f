using System.Text.Json.Nodes;
using Hallmark.Core.Checks;

namespace Hallmark.Evidence.Composing;

/// <summary>A signed <c>ario.anchor.trace/v1</c>, and what belongs to it.</summary>
/// <param name="Bundle">The bundle, canonical UTF-8.</param>
/// <param name="Verdict">What came of verifying it as the family does.</param>
/// <param name="Attestations">What operators signed about its checkpoints, as records of envelope family §14.1.</param>
public sealed record AnchorTrace(ReadOnlyMemory<byte> Bundle, Verdict Verdict, IReadOnlyList<JsonObject> Attestations);
