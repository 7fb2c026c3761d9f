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
            // One byte more than allowed tells a body that is too long from one that is not.
            var buffer = new byte[(int)Math.Min(content.Headers.ContentLength + 1 ?? 16 * 1024, maxBytes + 1L)];
            var length = 0;
            while (true)
            {
                if (length > maxBytes)
                {
                    throw TooLong(maxBytes);
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, maxBytes + 1L));
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

    private static MlflowFormatException TooLong(int maxBytes) =>
        new($"the MLflow server's answer is longer than {maxBytes} bytes") { MayPass = true };
}
