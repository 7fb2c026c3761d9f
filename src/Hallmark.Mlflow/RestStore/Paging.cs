using System.Runtime.CompilerServices;
using System.Text.Json;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Walks a paged listing to its end, however long, but never in circles.</summary>
internal static class Paging
{
    /// <summary>Most pages of one listing.</summary>
    public const int MaxPages = 100_000;

    /// <param name="read">Reads the page of a token; null for the first.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MlflowFormatException">The server comes back to a token that it gave before, or gives more than <see cref="MaxPages"/> pages.</exception>
    public static async IAsyncEnumerable<JsonElement> WalkAsync(
        Func<string?, CancellationToken, Task<JsonElement?>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? token = null;
        string? remembered = null;
        for (var pages = 0; pages < MaxPages; pages++)
        {
            if (await read(token, cancellationToken).ConfigureAwait(false) is not { } page)
            {
                yield break;
            }

            yield return page;
            var next = page.FindText("next_page_token");
            if (string.IsNullOrEmpty(next))
            {
                yield break;
            }

            if (next == token || next == remembered)
            {
                throw new MlflowFormatException(
                    "the MLflow server's listing goes round in circles: it names a page as the next one that was read already"
                );
            }

            // Brent: one token is kept, and a newer one at each power of two; a circle of any length comes past it, and nothing else is remembered.
            token = next;
            if (int.IsPow2(pages + 1))
            {
                remembered = next;
            }
        }

        throw new MlflowFormatException($"the MLflow server's listing has more than {MaxPages} pages");
    }
}
