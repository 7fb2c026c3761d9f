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
    /// <exception cref="MlflowFormatException">The server gives the same token twice in a row, or more than <see cref="MaxPages"/> pages.</exception>
    public static async IAsyncEnumerable<JsonElement> WalkAsync(
        Func<string?, CancellationToken, Task<JsonElement?>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? token = null;
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

            if (next == token)
            {
                throw new MlflowFormatException(
                    "the MLflow server's listing goes round in circles: it names the page just read as the next one"
                );
            }

            token = next;
        }

        throw new MlflowFormatException($"the MLflow server's listing has more than {MaxPages} pages");
    }
}
