namespace Hallmark.Inference.Runners;

/// <summary>A request as it came, for a runner that hands it on without reading it.</summary>
/// <remarks>Compared by reference of its parts; not meant to be compared.</remarks>
/// <param name="ContentType">The header <c>Content-Type</c> as it was sent.</param>
/// <param name="Body">The bytes of the body; they must not be changed after they were handed over.</param>
/// <param name="Headers">What else goes with it: end-to-end headers that do not change what the model is asked.</param>
public sealed record RawRequest(string ContentType, ReadOnlyMemory<byte> Body, IReadOnlyList<KeyValuePair<string, string>> Headers);
