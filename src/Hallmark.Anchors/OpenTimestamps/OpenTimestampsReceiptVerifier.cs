using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps;

/// <summary>Checks receipts of OpenTimestamps down to the headers of Bitcoin blocks.</summary>
/// <param name="trust">Which chain is meant, and whom to believe about it.</param>
public sealed class OpenTimestampsReceiptVerifier(OpenTimestampsTrust trust) : IReceiptVerifier
{
    /// <inheritdoc />
    public string World => OpenTimestampsAnchor.WorldName;

    /// <inheritdoc />
    public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content)
    {
        var inspection = new ReceiptInspection(receipt, content, trust);
        if (trust.HeaderFile is { } file && file.Network == trust.Network)
        {
            inspection.LookUp(file.Find, file.Description);
        }

        return inspection.Conclude();
    }

    /// <inheritdoc />
    public async Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (trust.Live is not { } source || source.Network != trust.Network)
        {
            return Verify(receipt, content);
        }

        var inspection = new ReceiptInspection(receipt, content, trust);
        try
        {
            var found = new Dictionary<long, FoundHeader?>();
            foreach (var height in inspection.Heights)
            {
                found[height] = await source.FindAsync(height, cancellationToken).ConfigureAwait(false);
            }

            inspection.LookUp(found.GetValueOrDefault, source.Description);
        }
        catch (UnavailableException fault)
        {
            inspection.NoteOutOfReach(fault.Message);
        }

        return inspection.Conclude();
    }
}
