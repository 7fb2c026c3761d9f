using Hallmark.Files;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Stores;

/// <summary>Where a store is and was, as texts that can be compared.</summary>
/// <param name="Place">See <see cref="IMlflowStore.Place"/>.</param>
/// <param name="FormerPlaces">See <see cref="IMlflowStore.FormerPlaces"/>.</param>
internal sealed record StorePlace(string Place, IReadOnlyList<string> FormerPlaces)
{
    /// <summary>The place of a folder or file on this machine.</summary>
    /// <param name="prefix">What stands before the path in a tracking URI.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="relocations">What lies elsewhere now.</param>
    public static StorePlace OfPath(string prefix, string path, IEnumerable<Relocation> relocations)
    {
        var given = new ArtifactUri(ArtifactUri.FileScheme, "", path);
        var real = given with { Path = RealPath.Of(path) ?? path };
        return new StorePlace(
            prefix + real.Path,
            [.. Former(relocations, given, real).Select(uri => uri.IsLocal ? prefix + uri.Path : Text(uri))]
        );
    }

    /// <summary>The place of a server or database.</summary>
    /// <param name="trackingUri">Its tracking URI.</param>
    /// <param name="relocations">What lies elsewhere now.</param>
    public static StorePlace OfAddress(string trackingUri, IReadOnlyCollection<Relocation> relocations)
    {
        var place = TrackingUris.Normalise(trackingUri);
        return new StorePlace(place, relocations.Count == 0 ? [] : [.. Former(relocations, ArtifactUri.Parse(place)).Select(Text)]);
    }

    private static IEnumerable<ArtifactUri> Former(IEnumerable<Relocation> relocations, params ArtifactUri[] now) =>
        relocations
            .SelectMany(relocation => now.Select(new Relocation(relocation.To, relocation.From).Apply))
            .OfType<ArtifactUri>()
            .Distinct();

    private static string Text(ArtifactUri uri) =>
        uri.IsLocal ? uri.Path : TrackingUris.Normalise($"{uri.Scheme}://{uri.Authority}{uri.Path}");
}
