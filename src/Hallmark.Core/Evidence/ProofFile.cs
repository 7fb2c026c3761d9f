using System.Text.Json;
using Hallmark.Core.Json;

namespace Hallmark.Core.Evidence;

/// <summary>
/// Verifies a file of either kind, as the family's proof command line does (envelope family §16): <c>ario.agent.proof/…</c> is an inclusion bundle, everything
/// else an evidence bundle. Whatever it is handed, the answer is a value.
/// </summary>
public static class ProofFile
{
    /// <summary>Verifies a file from the bytes received.</summary>
    /// <param name="utf8">The file; at most <see cref="StrictJson.MaxSizeInBytes"/>.</param>
    /// <param name="inputs">What is at hand beside it; null for nothing.</param>
    public static ProofFileResult Verify(ReadOnlySpan<byte> utf8, EvidenceInputs? inputs = null) =>
        IsInclusionBundle(utf8)
            ? new ProofFileResult { Inclusion = InclusionBundle.Verify(utf8, inputs) }
            : new ProofFileResult { Evidence = EvidenceVerifier.Verify(utf8, inputs) };

    /// <summary>Asks the gateways about every checkpoint of a file that verifies so far, and verifies it with the answers.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="inputs">What is at hand; without gateways nothing is fetched.</param>
    /// <param name="fetch">The way to the gateways.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public static async Task<ProofFileResult> VerifyAsync(
        ReadOnlyMemory<byte> utf8,
        EvidenceInputs inputs,
        FetchPublished fetch,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(fetch);
        if (inputs.Gateways.Count == 0)
        {
            return Verify(utf8.Span, inputs);
        }

        var outcomes = await CheckpointFetch
            .JudgeAllAsync(FindFetches(utf8.Span, inputs.Gateways), fetch, cancellationToken)
            .ConfigureAwait(false);
        return Verify(utf8.Span, inputs with { GatewayOutcomes = outcomes });
    }

    private static IReadOnlyList<CheckpointFetch> FindFetches(ReadOnlySpan<byte> utf8, IReadOnlyList<string> gateways)
    {
        if (!IsInclusionBundle(utf8))
        {
            return EvidenceVerifier.FindFetches(utf8, gateways);
        }

        if (!EvidenceDocument.TryRead(utf8, out var document, out _))
        {
            return [];
        }

        using (document)
        {
            return [.. gateways.SelectMany(gateway => InclusionBundle.FindFetches(document.Root, gateway)).DistinctBy(fetch => fetch.Url)];
        }
    }

    /// <summary>Whether the last top-level <c>spec_version</c> names an inclusion bundle. What is no JSON is not.</summary>
    private static bool IsInclusionBundle(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth + 2 });
        var isInclusionBundle = false;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isVersion = reader.ValueTextEquals("spec_version"u8);
                reader.Read();
                if (isVersion)
                {
                    isInclusionBundle =
                        reader.TokenType == JsonTokenType.String
                        && reader.GetString()!.StartsWith("ario.agent.proof/", StringComparison.Ordinal); // ! a string has text
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Bad or too deep JSON, or a lone surrogate: the verifier of what was recognised so far says so.
            return isInclusionBundle;
        }

        return isInclusionBundle;
    }
}
