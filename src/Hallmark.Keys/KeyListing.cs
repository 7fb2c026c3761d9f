namespace Hallmark.Keys;

/// <summary>What may be shown of a signing key.</summary>
/// <param name="Name">Its name; <c>default</c> for the home's default pair.</param>
/// <param name="PublicKeyHex">64 lower-case hex digits, or null where the key cannot be used.</param>
/// <param name="CreatedAt">When its file was written, or null where it has none. Key files are never rewritten.</param>
/// <param name="Path">The private key file, or null where it has none.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Trouble">Why it cannot be used, or null.</param>
public sealed record KeyListing(
    string Name,
    string? PublicKeyHex,
    DateTimeOffset? CreatedAt,
    string? Path,
    KeySource Source,
    string? Trouble
);
