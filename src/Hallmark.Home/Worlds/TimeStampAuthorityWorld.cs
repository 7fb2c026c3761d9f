using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Hallmark.Anchors;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary><c>rfc3161</c>: a time-stamp authority.</summary>
internal sealed class TimeStampAuthorityWorld : World
{
    /// <inheritdoc />
    public override string Type => "rfc3161";

    /// <inheritdoc />
    public override bool TakesEnvelopes => true;

    /// <inheritdoc />
    public override AnchorSettings? Read(string name, SettingsMembers members)
    {
        var allowPlainHttp = members.Switch("allow_plain_http");
        var hasUrl = members.RequiredText("url") is not null;
        var roots = members.Texts("roots");
        if (!members.Has("roots") || members.Node("roots") is JsonArray { Count: 0 })
        {
            members.Fault("roots", "at least one file of root certificates (PEM): without one nobody can say whose token it is");
        }

        var policy = members.Text("policy");
        if (policy is not null && !IsObjectIdentifier(policy))
        {
            members.Fault("policy", "must be an object identifier in dotted numbers, such as 1.2.3.4");
        }

        return hasUrl && members.Address("url", allowPlainHttp) is { } url
            ? new TimeStampAuthoritySettings
            {
                Name = name,
                Url = url,
                Roots = roots,
                Policy = policy,
                AllowPlainHttp = allowPlainHttp,
            }
            : null;
    }

    /// <inheritdoc />
    public override IAnchor CreateAnchor(AnchorSettings settings, WorldTools tools)
    {
        var authority = (TimeStampAuthoritySettings)settings;
        return new TimeStampAuthorityAnchor(
            new TimeStampAuthorityOptions
            {
                Name = authority.Name,
                Address = authority.Url,
                Target = authority.Target,
                Trust = TrustOf(authority, tools),
            },
            tools.CreateHttp(authority.AllowPlainHttp),
            tools.Time
        );
    }

    /// <inheritdoc />
    public override IReceiptVerifier CreateVerifier(AnchorSettings settings, WorldTools tools) =>
        new TimeStampReceiptVerifier(TrustOf((TimeStampAuthoritySettings)settings, tools), tools.Time);

    private static TimeStampTrust TrustOf(TimeStampAuthoritySettings settings, WorldTools tools)
    {
        var roots = new X509Certificate2Collection();
        foreach (var path in settings.Roots)
        {
            roots.AddRange(TimeStampRoots.Read(tools.PathOf(path)));
        }

        return new TimeStampTrust
        {
            Roots = roots,
            Policy = settings.Policy,
            Network = settings.Url.Authority,
        };
    }

    private static bool IsObjectIdentifier(string text) =>
        text.Length <= 128
        && text.Split('.') is { Length: >= 2 } arcs
        && arcs.All(arc => arc.Length is > 0 and <= 20 && arc.All(char.IsAsciiDigit));
}
