using System.Numerics;
using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Evidence.Verification;

/// <summary>
/// Who checks receipts here, by world. What each of them trusts comes from whoever verifies. A receipt of a world for which nobody is named is reported and not believed.
/// </summary>
/// <param name="verifiers">Any number for each world: several authorities may be trusted.</param>
public sealed class ReceiptVerifiers(IEnumerable<IReceiptVerifier> verifiers)
{
    /// <summary>The check that did not run where no verifier is at hand.</summary>
    public const string TrustCheck = "receipt_trust";

    private readonly ILookup<string, IReceiptVerifier> _byWorld = verifiers.ToLookup(verifier => verifier.World, StringComparer.Ordinal);

    /// <summary>Nobody.</summary>
    public static ReceiptVerifiers None { get; } = new([]);

    /// <summary>Checks a receipt with each verifier of its world, and gives the best that one of them finds.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="content">The bytes that were handed over.</param>
    /// <param name="isLive">True to ask the live world too.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<Witness> VerifyAsync(
        AnchorReceipt receipt,
        ReadOnlyMemory<byte> content,
        bool isLive,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(receipt);
        Witness? best = null;
        foreach (var verifier in _byWorld[receipt.World])
        {
            var witness = isLive
                ? await AskLiveAsync(verifier, receipt, content, cancellationToken).ConfigureAwait(false)
                : verifier.Verify(receipt, content);
            best = best is null || Rank(witness) > Rank(best) ? witness : best;
        }

        return best ?? Unvouched(receipt, FindMeant(receipt.World));
    }

    private static async Task<Witness> AskLiveAsync(
        IReceiptVerifier verifier,
        AnchorReceipt receipt,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await verifier.VerifyLiveAsync(receipt, content, cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException failure)
        {
            var offline = verifier.Verify(receipt, content);
            return offline with { Checks = [.. offline.Checks, Check.Unreachable("live", "out_of_reach", failure.Message)] };
        }
    }

    private static int Rank(Witness witness) =>
        witness.Holds ? 2
        : witness.IsRefuted ? 0
        : 1;

    /// <summary>The world whose name has one bit other than a name that nobody here knows; or null.</summary>
    private string? FindMeant(string world) =>
        _byWorld
            .Select(known => known.Key)
            .FirstOrDefault(known =>
                known.Length == world.Length && known.Zip(world).Sum(pair => BitOperations.PopCount((uint)(pair.First ^ pair.Second))) == 1
            );

    private static Witness Unvouched(AnchorReceipt receipt, string? meant) =>
        new()
        {
            Anchor = receipt.Anchor,
            World = receipt.World,
            Network = receipt.Network,
            Target = receipt.Target,
            State = receipt.State,
            IsOutside = false,
            Checks =
            [
                meant is not null
                    ? BundleChecks.Failed(
                        "world",
                        "damaged",
                        BundleChecks.Part("world", $"\"{receipt.World}\" is {meant} with one bit flipped")
                    )
                    : Check.NotRun(
                        TrustCheck,
                        "nobody_vouches",
                        $"nobody here vouches for {receipt.World}: name what to trust in the settings or with --trust"
                    ),
            ],
            Trust = "nothing was checked",
            Reference = receipt.Reference,
            Remark = receipt.Remark,
        };
}
