namespace Hallmark.Evidence.Bodies;

/// <summary>Whose key it is, as the maker of a bundle says.</summary>
/// <param name="PublicKeyHex">The key.</param>
/// <param name="Name">Whose.</param>
/// <param name="Since">Valid from then on; or null.</param>
/// <param name="Until">Retired then; or null.</param>
public sealed record ClaimedKey(string PublicKeyHex, string Name, DateTimeOffset? Since = null, DateTimeOffset? Until = null);
