using System.Collections.Immutable;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.OpenTimestamps.Verification;

/// <summary>Holds the attestations of a timestamp against block headers.</summary>
public static class TimestampVerifier
{
    /// <summary>How many blocks must stand on an attesting one, itself included, unless set otherwise.</summary>
    public const int DefaultDepth = 6;

    // Each height may cost requests to a node; a proof of somebody else could name thousands.
    private const int MaxBlocks = 64;
    private const int MerkleRootSize = 32;

    /// <summary>The heights of all Bitcoin blocks that attest, each once.</summary>
    /// <exception cref="OtsRejectedException">They are more than 64.</exception>
    public static IReadOnlyList<long> HeightsOf(Timestamp timestamp)
    {
        var heights = timestamp
            .AllAttestations()
            .Where(static attested => attested.Attestation.Kind is TimeAttestationKind.Bitcoin)
            .Select(static attested => attested.Attestation.Height!.Value) // ! a Bitcoin attestation has one
            .Distinct()
            .Take(MaxBlocks + 1)
            .ToList();
        return heights.Count <= MaxBlocks ? heights : throw new OtsRejectedException(OtsFault.TooLarge, offset: 0);
    }

    /// <summary>Looks every attesting block up and judges.</summary>
    /// <param name="timestamp">The timestamp.</param>
    /// <param name="source">Who knows the chain.</param>
    /// <param name="requiredDepth">How many blocks must stand on an attesting one, itself included; at least 1.</param>
    /// <param name="cancellationToken">Ends the looking up.</param>
    /// <exception cref="AnchorUnavailableException">The source does not answer.</exception>
    /// <exception cref="OtsRejectedException">More than 64 blocks attest.</exception>
    public static async Task<TimestampFindings> JudgeAsync(
        Timestamp timestamp,
        IBlockHeaderSource source,
        int requiredDepth,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<long, FoundHeader?>();
        foreach (var height in HeightsOf(timestamp))
        {
            found[height] = await source.FindAsync(height, cancellationToken).ConfigureAwait(false);
        }

        return Judge(timestamp, found.GetValueOrDefault, requiredDepth);
    }

    /// <summary>Judges with headers that are at hand.</summary>
    /// <param name="timestamp">The timestamp.</param>
    /// <param name="find">The header at a height of a trusted chain, or null.</param>
    /// <param name="requiredDepth">How many blocks must stand on an attesting one, itself included; at least 1.</param>
    public static TimestampFindings Judge(Timestamp timestamp, Func<long, FoundHeader?> find, int requiredDepth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requiredDepth, 1);
        return new TimestampFindings([.. timestamp.AllAttestations().Select(attested => Judge(attested, find, requiredDepth))]);
    }

    private static AttestationFinding Judge(AttestedMessage attested, Func<long, FoundHeader?> find, int requiredDepth)
    {
        if (attested.Attestation is not { Kind: TimeAttestationKind.Bitcoin, Height: { } height })
        {
            var isPromise = attested.Attestation.Kind is TimeAttestationKind.Pending;
            return new AttestationFinding(attested, isPromise ? AttestationOutcome.Pending : AttestationOutcome.Ignored, Found: null);
        }

        var found = find(height);
        var outcome =
            attested.Node.Message.Length != MerkleRootSize ? AttestationOutcome.Contradicted
            : found is null ? AttestationOutcome.NotChecked
            : !found.Header.MerkleRoot.SequenceEqual(attested.Node.Message) ? AttestationOutcome.Contradicted
            : found.Depth < requiredDepth ? AttestationOutcome.Shallow
            : AttestationOutcome.Verified;
        return new AttestationFinding(attested, outcome, found);
    }
}
