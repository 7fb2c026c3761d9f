using System.Collections.Immutable;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Http;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>
/// Asks gateways in their order until an answer proves itself: an item by its owner's signature and its id, data by a hash that the caller knows. A gateway that
/// returns something else is named, and the next one is asked. Where an item lies in the chain is a gateway's word, and is returned with its name.
/// </summary>
public sealed class ArweaveGateways
{
    private readonly AnchorHttp _http;
    private readonly GatewayLimits _limits;
    private readonly ImmutableArray<ArweaveGateway> _gateways;
    private readonly ImmutableArray<GatewayFault> _misnamed;

    /// <param name="gateways">Hosts or addresses, in the order in which they are asked; see <see cref="GatewayList"/>.</param>
    /// <param name="http">The transport.</param>
    /// <param name="limits">The bounds; null for the usual ones.</param>
    public ArweaveGateways(IReadOnlyList<string> gateways, AnchorHttp http, GatewayLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(gateways);
        _http = http;
        _limits = limits ?? new GatewayLimits();
        var misnamed = ImmutableArray.CreateBuilder<GatewayFault>();
        var known = ImmutableArray.CreateBuilder<ArweaveGateway>();
        foreach (var name in gateways)
        {
            if (ArweaveGateway.FindAddress(name) is { } root)
            {
                known.Add(new ArweaveGateway(name, root, _http, _limits));
            }
            else
            {
                misnamed.Add(new GatewayFault(name, GatewayFaultKind.Unreachable, "this is no host name"));
            }
        }

        Names = [.. gateways];
        _gateways = known.ToImmutable();
        _misnamed = misnamed.ToImmutable();
    }

    /// <summary>The gateways as the settings name them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The same gateways but for some, whose word no longer counts.</summary>
    public ArweaveGateways Without(IEnumerable<string> distrusted)
    {
        var names = distrusted.ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? this : new ArweaveGateways([.. Names.Where(name => !names.Contains(name))], _http, _limits);
    }

    /// <summary>Finds an item, and believes it only where its owner signed exactly these contents and it has that id.</summary>
    /// <param name="id">The id; from outside, so anything at all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<GatewayAnswer<DataItem>> FindItemAsync(string id, CancellationToken cancellationToken) =>
        AskAsync<DataItem>(
            id,
            async gateway =>
            {
                if (
                    await gateway.FindTransactionAsync(id, cancellationToken).ConfigureAwait(false) is not { } transaction
                    || await gateway.FindDataAsync(id, cancellationToken).ConfigureAwait(false) is not { } data
                )
                {
                    return (null, NotFound(gateway));
                }

                var found = ItemAssembly.FindVerified(id, transaction, data);
                if (found is null && ArweaveId.IsWellFormed(transaction.BundledIn))
                {
                    // Some indexes leave parts out, such as the item's anchor.
                    found = await BundleLookup.FindAsync(gateway, transaction.BundledIn, id, cancellationToken).ConfigureAwait(false);
                }

                return found is { } item ? (item, null) : (null, Lie(gateway, "what it returned does not verify as item " + id));
            }
        );

    /// <summary>Finds data whose hash the caller knows.</summary>
    /// <param name="id">The item's id; from outside, so anything at all.</param>
    /// <param name="expected">SHA-256 of the data.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<GatewayAnswer<byte[]>> FindDataAsync(string id, Digest expected, CancellationToken cancellationToken) =>
        AskAsync<byte[]>(
            id,
            async gateway =>
            {
                if (await gateway.FindDataAsync(id, cancellationToken).ConfigureAwait(false) is not { } data)
                {
                    return (null, NotFound(gateway));
                }

                return Digest.Compute(DigestAlgorithm.Sha256, data).Equals(expected)
                    ? (data, null)
                    : (null, Lie(gateway, "what it returned has another hash than what was asked for"));
            }
        );

    /// <summary>Finds the block that an item lies in. A gateway that knows the item and no block is remembered, and the next one asked.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<GatewayAnswer<ItemPlace>> FindPlaceAsync(DataItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        (ItemPlace Place, string Gateway)? unmined = null;
        var answer = await AskAsync<ItemPlace>(
                item.Id,
                async gateway =>
                {
                    if (await gateway.FindTransactionAsync(item.Id, cancellationToken).ConfigureAwait(false) is not { } transaction)
                    {
                        return (null, NotFound(gateway));
                    }

                    if (
                        !item.Signature.Span.SequenceEqual(transaction.Signature)
                        || !item.Owner.Span.SequenceEqual(transaction.Owner)
                        || !item.Tags.SequenceEqual(transaction.Tags)
                    )
                    {
                        return (null, Lie(gateway, $"what its index holds as item {item.Id} has another owner, signature or tags"));
                    }

                    if (transaction.Block is not { } block)
                    {
                        unmined ??= (new ItemPlace(null, transaction.BundledIn), gateway.Name);
                        return (null, new GatewayFault(gateway.Name, GatewayFaultKind.NotFound, "it knows no block for it yet"));
                    }

                    var height = await gateway.ReadHeightAsync(cancellationToken).ConfigureAwait(false);
                    return height < block.Height
                        ? (null, Lie(gateway, $"it names block {block.Height}, above its own height {height}"))
                        : (new ItemPlace(block with { Depth = height - block.Height + 1 }, transaction.BundledIn), null);
                }
            )
            .ConfigureAwait(false);
        return answer.Value is null && unmined is { } known
            ? answer with
            {
                Value = known.Place,
                Gateway = known.Gateway,
                Faults = [.. answer.Faults.Where(fault => fault.Gateway != known.Gateway)],
            }
            : answer;
    }

    private async Task<GatewayAnswer<T>> AskAsync<T>(string id, Func<ArweaveGateway, Task<(T? Value, GatewayFault? Fault)>> ask)
        where T : class
    {
        var faults = _misnamed.ToBuilder();
        if (!ArweaveId.IsWellFormed(id))
        {
            // Never put into an address: it could name another path there.
            faults.AddRange(
                _gateways.Select(gateway => new GatewayFault(gateway.Name, GatewayFaultKind.NotFound, "this is no id of an item"))
            );
            return new GatewayAnswer<T>(null, null, faults.ToImmutable());
        }

        foreach (var gateway in _gateways)
        {
            try
            {
                var (value, fault) = await ask(gateway).ConfigureAwait(false);
                if (value is not null)
                {
                    return new GatewayAnswer<T>(value, gateway.Name, faults.ToImmutable());
                }

                faults.Add(fault!); // ! without a value there is a fault
            }
            catch (AnchorUnavailableException fault)
            {
                faults.Add(new GatewayFault(gateway.Name, GatewayFaultKind.Unreachable, fault.Message) { RetryAfter = fault.RetryAfter });
            }
        }

        return new GatewayAnswer<T>(null, null, faults.ToImmutable());
    }

    private static GatewayFault NotFound(ArweaveGateway gateway) =>
        new(gateway.Name, GatewayFaultKind.NotFound, "it does not have the item");

    private static GatewayFault Lie(ArweaveGateway gateway, string reason) => new(gateway.Name, GatewayFaultKind.Lie, reason);
}
