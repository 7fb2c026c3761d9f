using Hallmark.Core.Anchoring;

namespace Hallmark.Evidence.Verification;

/// <summary>What a receipt of a bundle showed, and for which events it speaks.</summary>
/// <param name="Witness">What it showed.</param>
/// <param name="TreeSize">For a checkpoint that holds: it speaks for the entries below this index.</param>
/// <param name="Index">For an envelope: it speaks for this entry.</param>
internal sealed record FoundWitness(Witness Witness, ulong? TreeSize, ulong? Index)
{
    /// <summary>True where it speaks for an entry.</summary>
    public bool SpeaksFor(ulong index) => Index == index || TreeSize > index;
}
