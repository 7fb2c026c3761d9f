using System.Collections.Immutable;
using System.Reflection;
using Hallmark.Anchors;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Gateways;
using Hallmark.Anchors.Arweave.Receipts;
using Hallmark.Anchors.Arweave.Turbo;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Home.Wallets;

namespace Hallmark.Home.Worlds;

/// <summary><c>arweave</c>: data items through a Turbo bundler.</summary>
internal sealed class ArweaveWorld : World
{
    private const int MaxDepth = 1_000;
    private const int DefaultVerifyLevel = 2;
    private const int MaxTags = 16;
    private const int MaxTagLength = 256;

    /// <inheritdoc />
    public override string Type => "arweave";

    /// <inheritdoc />
    public override bool TakesEnvelopes => true;

    /// <inheritdoc />
    public override AnchorSettings? Read(string name, SettingsMembers members)
    {
        var allowPlainHttp = members.Switch("allow_plain_http");
        var upload = members.Address("upload", allowPlainHttp);
        var isDefault = !members.Has("upload");
        return new ArweaveSettings
        {
            Name = name,
            Upload = upload ?? TurboOptions.DefaultUploadService,
            Payment = members.Address("payment", allowPlainHttp) ?? (isDefault ? TurboOptions.DefaultPaymentService : null),
            Gateways = members.Has("gateways") ? ReadGateways(members, allowPlainHttp) : null,
            Wallet = ReadWallet(members),
            EarlierWallets = ReadAddresses(members, "earlier_wallets"),
            Bundlers = ReadAddresses(members, "bundlers"),
            Verify = members.Address("verify", allowPlainHttp),
            Operators = ReadAddresses(members, "operators"),
            VerifyLevel = members.Number("verify_level", 1, 3) ?? DefaultVerifyLevel,
            Tags = members.Object("tags") is { } tags ? ReadTags(tags) : [],
            Scope = ReadScope(members),
            HasContentHash = members.Switch("content_hash"),
            Network = members.Text("network") ?? ArweaveAnchor.MainNetwork,
            Depth = members.Number("depth", 1, MaxDepth) ?? new ArweaveTrust().FinalDepth,
            AllowPlainHttp = allowPlainHttp,
        };
    }

    /// <inheritdoc />
    public override IAnchor CreateAnchor(AnchorSettings settings, WorldTools tools)
    {
        var arweave = (ArweaveSettings)settings;
        var http = tools.CreateHttp(arweave.AllowPlainHttp);
        var turbo = new TurboOptions
        {
            UploadService = arweave.Upload,
            PaymentService = arweave.Payment,
            BundlerAddresses = arweave.Bundlers,
        };
        return new ArweaveAnchor(
            new ArweaveAnchorOptions
            {
                Name = arweave.Name,
                Target = arweave.Target,
                Network = arweave.Network,
                FinalDepth = arweave.Depth,
                ExtraTags = [.. arweave.Tags.Select(tag => new DataItemTag(tag.Key, tag.Value))],
                Scope = arweave.Scope,
                HasContentHash = arweave.HasContentHash,
                AppVersion =
                    typeof(ArweaveWorld).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                    ?? "unknown",
            },
            () => WalletOf(arweave, tools).Open(),
            tools.Signer,
            tools.Receipts,
            new TurboClient(http, turbo, tools.Time),
            new TurboPayments(http, turbo),
            GatewaysOf(arweave, tools),
            new ArweaveRandomness(new RandomEventIds()),
            tools.Time,
            VerifyServices.Find(arweave, tools)
        );
    }

    /// <inheritdoc />
    public override IReceiptVerifier CreateVerifier(AnchorSettings settings, WorldTools tools)
    {
        var arweave = (ArweaveSettings)settings;
        return new ArweaveReceiptVerifier(
            new ArweaveTrust
            {
                Network = arweave.Network,
                WalletAddresses = [.. FindOwnAddress(arweave, tools), .. arweave.EarlierWallets],
                BundlerAddresses = arweave.Bundlers,
                OperatorAddresses = arweave.Operators,
                FinalDepth = arweave.Depth,
            },
            GatewaysOf(arweave, tools),
            tools.Time
        );
    }

    /// <summary>The wallet of an anchor.</summary>
    public static HomeWallet WalletOf(ArweaveSettings settings, WorldTools tools) =>
        HomeWallet.Of(tools.Home, settings.Wallet is { } path ? tools.PathOf(path) : null, tools.Variable(HomeWallet.Variable));

    // A machine that only verifies need not have the wallet: then its address is in earlier_wallets, or any wallet's item counts that commits to the content.
    private static ImmutableArray<string> FindOwnAddress(ArweaveSettings settings, WorldTools tools)
    {
        try
        {
            using var wallet = WalletOf(settings, tools).Find();
            return wallet is null ? [] : [wallet.Address];
        }
        catch (HallmarkException)
        {
            return [];
        }
    }

    /// <summary>The gateways of an anchor.</summary>
    public static ArweaveGateways GatewaysOf(ArweaveSettings settings, WorldTools tools) =>
        new(
            GatewayList.Resolve(settings.Gateways, tools.Variable(GatewayList.GatewaysVariable), tools.Variable(GatewayList.HostVariable)),
            tools.CreateHttp(settings.AllowPlainHttp)
        );

    private static ImmutableArray<KeyValuePair<string, string>> ReadTags(SettingsMembers tags)
    {
        var read = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var name in tags.Names)
        {
            var value = tags.Text(name);
            if (ArweaveAnchorOptions.BaselineTagNames.Contains(name, StringComparer.Ordinal))
            {
                tags.Fault(name, "is a tag that every item has already: this one would be left out");
            }
            else if (name.Length is 0 or > MaxTagLength || value?.Length > MaxTagLength || read.Count == MaxTags)
            {
                tags.Fault(name, $"at most {MaxTags} tags, names and values of 1 to {MaxTagLength} characters");
            }
            else if (value is not null)
            {
                read.Add(new(name, value));
            }
        }

        return read.ToImmutable();
    }

    // What the original falls back to. An item of a key that nobody keeps could be anybody's, and the outbox loses nothing while a wallet is put right.
    private static string? ReadWallet(SettingsMembers members)
    {
        var wallet = members.Text("wallet");
        if (string.Equals(wallet, "ephemeral", StringComparison.OrdinalIgnoreCase))
        {
            members.Fault("wallet", "a wallet for one process only is not made: name a file, or leave it out for the home's own");
        }

        return wallet;
    }

    private static string? ReadScope(SettingsMembers members)
    {
        if (members.Text("scope") is not { } scope)
        {
            return null;
        }

        if (scope.Length != 64 || !scope.All(char.IsAsciiHexDigitLower))
        {
            members.Fault("scope", "must be the SHA-256 of a namespace of yours: 64 lower-case hex digits");
        }

        return scope;
    }

    private static ImmutableArray<string> ReadGateways(SettingsMembers members, bool allowPlainHttp)
    {
        var gateways = members.Texts("gateways");
        for (var i = 0; i < gateways.Length; i++)
        {
            if (GatewayList.FindAddress(gateways[i]) is not { } address)
            {
                members.Fault($"gateways[{i}]", "must be a host, or an address such as https://example.org");
            }
            else if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !allowPlainHttp)
            {
                members.Fault($"gateways[{i}]", "plain http to another machine; use https, or say \"allow_plain_http\": true");
            }
        }

        return gateways;
    }

    private static ImmutableArray<string> ReadAddresses(SettingsMembers members, string name)
    {
        var addresses = members.Texts(name);
        for (var i = 0; i < addresses.Length; i++)
        {
            if (addresses[i].Length != 43 || !addresses[i].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                members.Fault($"{name}[{i}]", "must be an Arweave address: 43 characters of base64url");
            }
        }

        return addresses;
    }
}
