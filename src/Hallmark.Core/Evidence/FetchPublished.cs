namespace Hallmark.Core.Evidence;

/// <summary>The way to a gateway.</summary>
/// <param name="url">What to fetch, see <see cref="CheckpointFetch.Url"/>.</param>
/// <param name="cancellationToken">Ends the fetching.</param>
/// <returns>The body of a 2xx answer, or null for anything else. An exception, save for cancellation, counts as null.</returns>
public delegate ValueTask<ReadOnlyMemory<byte>?> FetchPublished(string url, CancellationToken cancellationToken);
