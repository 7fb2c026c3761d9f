namespace Hallmark.Mlflow.Stores;

/// <summary>Tracking URIs as texts: their scheme, and how to show them without their secrets.</summary>
public static class TrackingUris
{
    private static readonly string[] SecretParameters = ["password", "pwd", "passwd", "sslpassword", "token"];

    /// <summary>The scheme in lower case, without a driver (<c>postgresql+psycopg2</c> gives <c>postgresql</c>); empty for a bare path.</summary>
    public static string SchemeOf(string trackingUri)
    {
        ArgumentNullException.ThrowIfNull(trackingUri);
        var colon = trackingUri.IndexOf(':', StringComparison.Ordinal);
        if (
            colon <= 0
            || !trackingUri[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.')
            || !char.IsAsciiLetter(trackingUri[0])
            || (colon == 1 && OperatingSystem.IsWindows())
        )
        {
            return "";
        }

        return trackingUri[..colon].ToLowerInvariant().Split('+')[0];
    }

    /// <summary>The URI without user, password and the parameters that carry secrets; everything else as it was written.</summary>
    public static string WithoutCredentials(string trackingUri)
    {
        ArgumentNullException.ThrowIfNull(trackingUri);
        var start = trackingUri.IndexOf("://", StringComparison.Ordinal);
        if (start < 0 || SchemeOf(trackingUri).Length == 0)
        {
            return trackingUri;
        }

        start += 3;
        var query = trackingUri.IndexOf('?', start);
        var path = query < 0 ? trackingUri[start..] : trackingUri[start..query];
        return trackingUri[..start] + path[UserInfoLength(path)..] + (query < 0 ? "" : HarmlessQuery(trackingUri[(query + 1)..]));
    }

    /// <summary>
    /// The same place as one text: without credentials and trailing slashes, scheme and host in lower case, the port only where it is not the scheme's own.
    /// A path is left as it is written.
    /// </summary>
    public static string Normalise(string trackingUri)
    {
        var plain = WithoutCredentials(trackingUri);
        if (SchemeOf(plain) is not ("http" or "https") || !Uri.TryCreate(plain, UriKind.Absolute, out var uri))
        {
            return plain.Length > 1 ? plain.TrimEnd('/') : plain;
        }

        return uri.GetLeftPart(UriPartial.Authority) + uri.PathAndQuery.TrimEnd('/');
    }

    private static int UserInfoLength(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return authority.LastIndexOf('@') + 1;
        }

        // A password with an unescaped slash ("user:pa/ss@host") ends at the last @; "host:8080/a@b" has none.
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        var isPort = colon >= 0 && authority[(colon + 1)..].All(char.IsAsciiDigit);
        return colon >= 0 && !isPort && !authority.StartsWith('[') ? rest.LastIndexOf('@') + 1 : 0;
    }

    private static string HarmlessQuery(string query)
    {
        var kept = query
            .Split('&')
            .Where(pair => !SecretParameters.Contains(pair.Split('=')[0], StringComparer.OrdinalIgnoreCase))
            .ToArray();
        return kept.Length == 0 ? "" : "?" + string.Join('&', kept);
    }
}
