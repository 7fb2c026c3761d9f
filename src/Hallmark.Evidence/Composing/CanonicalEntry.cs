using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Evidence.Composing;

/// <summary>Envelopes that can stand in JSON byte for byte.</summary>
internal static class CanonicalEntry
{
    /// <summary>The entry's envelope.</summary>
    /// <exception cref="BadInputException">It is not JSON in canonical form.</exception>
    public static ReadOnlyMemory<byte> Require(LoggedEntry entry)
    {
        try
        {
            if (entry.Envelope.Span.SequenceEqual(CanonicalJson.Canonicalize(entry.Envelope.Span)))
            {
                return entry.Envelope;
            }
        }
        catch (JsonRejectedException)
        {
            // Not JSON: as little of use here as JSON in another form.
        }

        throw new BadInputException($"entry {entry.Index} is no envelope in canonical form; a bundle could not hold it byte for byte");
    }
}
