namespace Hallmark.Inference.Runners.Remote;

/// <summary>Who answered when a remote model was connected: all that can be said of it, for its bytes are not here to be hashed.</summary>
/// <param name="Address">Where predictions go, without credentials.</param>
/// <param name="CertificateSha256">SHA-256 of the certificate that its TLS key answers for, 64 lower-case hex digits; null over plain HTTP.</param>
/// <param name="Version">What it says at <c>/version</c>; its own word, which nobody checks; null where it says nothing.</param>
public sealed record RemoteIdentity(Uri Address, string? CertificateSha256, string? Version);
