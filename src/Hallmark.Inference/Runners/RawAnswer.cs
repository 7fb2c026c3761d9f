namespace Hallmark.Inference.Runners;

/// <summary>An answer as it came, for a caller that gets it without it having been written anew.</summary>
/// <remarks>Compared by reference of its parts; not meant to be compared.</remarks>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The header <c>Content-Type</c> as it was sent, or null.</param>
/// <param name="Body">The bytes of the body; they must not be changed after they were handed over.</param>
public sealed record RawAnswer(int Status, string? ContentType, ReadOnlyMemory<byte> Body);
