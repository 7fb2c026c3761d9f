using System.Globalization;
using System.Numerics;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>Which chain is meant. A proof does not say it, so that the settings must.</summary>
/// <remarks>Bitcoin Core, <c>src/kernel/chainparams.cpp</c>.</remarks>
public sealed class BitcoinNetwork
{
    private BitcoinNetwork(string name, string nodeName, string genesisHash, string highestTarget)
    {
        Name = name;
        NodeName = nodeName;
        GenesisHash = genesisHash;
        HighestTarget = BigInteger.Parse("0" + highestTarget, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>The chain that has value.</summary>
    public static BitcoinNetwork Mainnet { get; } =
        new(
            "mainnet",
            "main",
            "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            "00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        );

    /// <summary>The third test chain.</summary>
    public static BitcoinNetwork Testnet { get; } =
        new(
            "testnet",
            "test",
            "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
            "00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        );

    /// <summary>A chain of one's own, whose blocks cost no work.</summary>
    public static BitcoinNetwork Regtest { get; } =
        new(
            "regtest",
            "regtest",
            "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
            "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BitcoinNetwork> All { get; } = [Mainnet, Testnet, Regtest];

    /// <summary>The name in settings and receipts: <c>mainnet</c>, <c>testnet</c>, <c>regtest</c>.</summary>
    public string Name { get; }

    /// <summary>What a node calls it in <c>getblockchaininfo</c>.</summary>
    public string NodeName { get; }

    /// <summary>The hash of block 0, as it is displayed.</summary>
    public string GenesisHash { get; }

    /// <summary>The easiest target that a block of this chain may have.</summary>
    public BigInteger HighestTarget { get; }

    /// <summary>Finds a network by its name.</summary>
    /// <exception cref="BadInputException">None is called so.</exception>
    public static BitcoinNetwork Parse(string name) =>
        All.FirstOrDefault(network => network.Name == name)
        ?? throw new BadInputException(
            $"\"{name}\" is no Bitcoin network; known are {string.Join(", ", All.Select(static network => network.Name))}"
        );

    /// <inheritdoc />
    public override string ToString() => Name;
}
