using System.Security.Cryptography;
using System.Text;

namespace Hallmark.Mlflow.Events;

/// <summary>
/// Names the store that an event was recorded from, in the record member <c>hallmark.store</c>: the SHA-256 of where the store is, 64 lower-case hex digits. A hash, because a record may be
/// shown to strangers and an address names hosts and people; whoever knows the address can check it, and whoever guesses it too.
/// </summary>
public static class StoreMark
{
    /// <summary>The mark of a store.</summary>
    /// <param name="place">Where it is (<see cref="Stores.IMlflowStore.Place"/>).</param>
    public static string Of(string place)
    {
        ArgumentException.ThrowIfNullOrEmpty(place);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)));
    }
}
