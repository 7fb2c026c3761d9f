namespace Hallmark.Testing;

/// <summary>A request that a <see cref="LoopbackServer"/> got.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">Path and query as they came.</param>
/// <param name="Authorization">The header, or empty.</param>
/// <param name="ContentLength">The header, or null.</param>
/// <param name="TransferEncoding">The header, or empty.</param>
public sealed record AskedRequest(string Method, string Target, string Authorization, long? ContentLength, string TransferEncoding);
