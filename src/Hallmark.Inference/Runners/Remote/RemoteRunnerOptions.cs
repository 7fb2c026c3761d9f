using Hallmark.Inference.Runners.Scoring;
using Hallmark.Inference.Runners.Signatures;

namespace Hallmark.Inference.Runners.Remote;

/// <summary>A model server that already runs, and how it is spoken to.</summary>
public sealed record RemoteRunnerOptions
{
    /// <summary>The environment variable that holds the bearer token. It is taken from nowhere else, so that it stands in no argument list and no file of settings.</summary>
    public const string TokenVariable = "HALLMARK_REMOTE_TOKEN";

    /// <summary>The server's root, or its <c>/invocations</c>: <c>https</c>, or <c>http</c> on this machine; without credentials, query and fragment.</summary>
    public required Uri Address { get; init; }

    /// <summary>Allows plain <c>http</c> to another machine: whoever is on the wire can then read inputs and answer in the server's name. Never with a token.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>The bearer token, from <see cref="TokenVariable"/>; null for none. It is never shown.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// SHA-256 of the server's certificate, 64 hex digits: exactly this one is accepted, whoever signed it. Null accepts what this machine's roots vouch for, and keeps to the
    /// certificate that it was connected with.
    /// </summary>
    public string? PinnedCertificate { get; init; }

    /// <summary>Bounds of one prediction.</summary>
    public ExchangeLimits Limits { get; init; } = new();

    /// <summary>What the model takes and gives, where somebody knows it: the protocol has no question for it.</summary>
    public ModelSignature Signature { get; init; } = ModelSignature.None;

    /// <summary>The address alone: the token is a secret.</summary>
    public override string ToString() => $"{nameof(RemoteRunnerOptions)} {{ {Address.GetLeftPart(UriPartial.Path)} }}";
}
