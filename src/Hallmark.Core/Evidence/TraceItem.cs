namespace Hallmark.Core.Evidence;

/// <summary>One event as it goes into a trace.</summary>
/// <param name="Envelope">The complete signed envelope, JSON in any form.</param>
/// <param name="Record">The committed bytes exactly as they are stored, or null to withhold them.</param>
/// <param name="Content">The raw content whose hash the record holds, or null to withhold it. Whoever gets the bundle can read it.</param>
public sealed record TraceItem(ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte>? Record = null, ReadOnlyMemory<byte>? Content = null);
