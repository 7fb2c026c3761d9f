using Hallmark.Core.Events;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Agent;

/// <summary>Makes an asset's content as it lies now its baseline: the only way to another baseline. For a person's decision, not for a program's.</summary>
public static class AssetAcceptance
{
    /// <summary>Registers the asset anew, in the ledger. A running agent takes it up by itself.</summary>
    /// <param name="policy">The policy that names the asset.</param>
    /// <param name="assetId">Which asset.</param>
    /// <param name="ledger">The agent's ledger.</param>
    /// <param name="ids">Where event ids come from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the work; nothing was changed then.</param>
    /// <returns>The hash before (null where there was none that can be read) and the hash now; equal where there was nothing to accept.</returns>
    /// <exception cref="BadInputException">The policy does not name the asset.</exception>
    /// <exception cref="UnavailableException">The asset cannot be read, or the ledger cannot be written now.</exception>
    public static async Task<AcceptedAsset> AcceptAsync(
        AgentPolicy policy,
        string assetId,
        IAgentLedger ledger,
        IEventIds ids,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        var asset =
            policy.Find(assetId)
            ?? throw new BadInputException(
                $"asset \"{assetId}\" is not in the policy {policy.File}",
                $"it names {string.Join(", ", policy.Assets.Take(20).Select(known => known.AssetId))}"
            );
        var sight = await AssetReader.LookAsync(asset, cancellationToken).ConfigureAwait(false);
        if (sight.Hash is null)
        {
            throw new UnavailableException($"asset \"{assetId}\" cannot be accepted as it lies: {sight.Remark}");
        }

        using var log = new AgentEventLog(policy, ledger, AgentJournal.Empty, ids, time);
        string? before;
        try
        {
            before = (await log.FindBaselineAsync(asset, cancellationToken).ConfigureAwait(false))?.Hash;
        }
        catch (UnavailableException)
        {
            // An entry that cannot be trusted is no baseline; the new one stands behind it.
            before = null;
        }

        if (before != sight.Hash)
        {
            await log.AcceptAsync(asset, sight, cancellationToken).ConfigureAwait(false);
        }

        return new AcceptedAsset(before, sight.Hash, sight.SizeInBytes);
    }
}
