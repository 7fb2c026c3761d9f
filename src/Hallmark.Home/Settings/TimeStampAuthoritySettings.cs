using System.Collections.Immutable;

namespace Hallmark.Home.Settings;

/// <summary>A time-stamp authority (RFC 3161).</summary>
/// <remarks>Compared by reference of its arrays; not meant to be compared.</remarks>
public sealed record TimeStampAuthoritySettings : AnchorSettings
{
    /// <inheritdoc />
    public override string Type => "rfc3161";

    /// <summary>Where requests go. Who runs it and holds its key can date anything as it likes.</summary>
    public required Uri Url { get; init; }

    /// <summary>Files with the root certificates that its chain must end in. Who writes this decides whom this machine believes.</summary>
    public required ImmutableArray<string> Roots { get; init; }

    /// <summary>The policy that is asked for and must come back, as dotted numbers; or null.</summary>
    public string? Policy { get; init; }

    /// <summary>True where <c>http</c> to other machines is allowed.</summary>
    public bool AllowPlainHttp { get; init; }
}
