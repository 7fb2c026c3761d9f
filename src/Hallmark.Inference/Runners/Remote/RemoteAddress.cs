using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Inference.Runners.Remote;

/// <summary>Which addresses a model may be asked at.</summary>
internal static class RemoteAddress
{
    private const string Leaf = "invocations";

    /// <summary>The root that the protocol's paths are below, ending with a slash.</summary>
    /// <exception cref="BadInputException">The address is none that may be used.</exception>
    public static Uri RootOf(RemoteRunnerOptions options)
    {
        var address = options.Address;
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw new BadInputException("a model server's address begins with https:// or http://");
        }

        var shown = TrackingUris.WithoutCredentials(address.GetLeftPart(UriPartial.Path));
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new BadInputException(
                $"the model server's address {shown} carries more than host and path",
                $"a token belongs into the environment variable {RemoteRunnerOptions.TokenVariable}"
            );
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            RequireAllowed(options, shown);
        }

        var path = address.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/" + Leaf, StringComparison.Ordinal) ? path[..^Leaf.Length] : path + "/";
        return new Uri(address.GetLeftPart(UriPartial.Authority) + path);
    }

    private static void RequireAllowed(RemoteRunnerOptions options, string shown)
    {
        if (!options.AllowPlainHttp)
        {
            throw new BadInputException(
                $"the model server's address {shown} is not encrypted: whoever is on the wire could answer in its name",
                "use https; or where nobody else is on that wire: hallmark serve --allow-plain-proxy"
            );
        }

        if (options.Token is not null)
        {
            throw new BadInputException($"a token is never sent in the clear, and {shown} is not encrypted", "use https");
        }
    }
}
