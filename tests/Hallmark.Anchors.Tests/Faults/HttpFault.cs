namespace Hallmark.Anchors.Tests.Faults;

/// <summary>How a place on the network can fail without lying.</summary>
public enum HttpFault
{
    /// <summary>Nobody listens.</summary>
    Down,

    /// <summary>It takes the request and never answers.</summary>
    Slow,

    /// <summary>Its certificate is one that nobody vouches for.</summary>
    BrokenTls,

    /// <summary>It answers with success and a page that has nothing to do with the protocol.</summary>
    Garbage,

    /// <summary>503.</summary>
    ServerError,

    /// <summary>429 with <c>Retry-After</c>.</summary>
    TooManyRequests,

    /// <summary>It sends everybody to another host.</summary>
    Redirect,

    /// <summary>It answers with a gigabyte.</summary>
    Gigabyte,
}
