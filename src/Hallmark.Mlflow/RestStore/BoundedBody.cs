using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Reads a body whole, up to a bound.</summary>
internal static class BoundedBody
{
    /// <exception cref="MlflowFormatException">The body is longer than the bound.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            throw TooLong(maxBytes);
        }

        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[(int)Math.Min(content.Headers.ContentLength + 1 ?? 16 * 1024, maxBytes)];
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length >= maxBytes)
                    {
                        throw TooLong(maxBytes);
                    }

                    Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, maxBytes));
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer.AsMemory(0, length);
                }

                length += read;
            }
        }
    }

    private static MlflowFormatException TooLong(int maxBytes) => new($"the MLflow server's answer is longer than {maxBytes} bytes");
}
