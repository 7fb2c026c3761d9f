using Hallmark.Core.Signatures;

namespace Hallmark.Keys.Trust;

/// <summary>A public key that somebody here vouches for.</summary>
/// <param name="Name">Whose it is, as reports show it; unique in its list.</param>
/// <param name="PublicKey">The key.</param>
/// <param name="Since">Signatures claimed to be older are not trusted; null for no bound.</param>
/// <param name="Until">Signatures claimed to be from then on are not trusted: the key was retired. Null for no bound.</param>
public sealed record TrustedKey(string Name, Ed25519PublicKey PublicKey, DateTimeOffset? Since, DateTimeOffset? Until);
