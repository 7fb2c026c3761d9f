using System.Security.Cryptography;
using System.Text.Json;
using Hallmark.Core.Json;

namespace Hallmark.Core.Evidence;

/// <summary>
/// Verifies evidence bundles: the signed wrapper <c>ario.evidence/v1</c> and the bodies it knows (envelope family §11 to §15). Whatever it is handed, the
/// answer is a value and never an exception.
/// </summary>
public static class EvidenceVerifier
{
    /// <summary>Verifies a bundle from the bytes received.</summary>
    /// <param name="bundleUtf8">The bundle; at most <see cref="StrictJson.MaxSizeInBytes"/>. Repeated names count with their last value.</param>
    /// <param name="inputs">What is at hand beside it; null for nothing.</param>
    public static EvidenceVerification Verify(ReadOnlySpan<byte> bundleUtf8, EvidenceInputs? inputs = null)
    {
        if (!EvidenceDocument.TryRead(bundleUtf8, out var document, out var refusal))
        {
            return EvidenceWrapper.Malformed(DescribeRefusal(bundleUtf8, refusal), specVersionOk: false);
        }

        using (document)
        {
            var verification = Verify(document.Root, inputs ?? EvidenceInputs.None, nested: 0);
            return document.HasRepeatedNames
                ? verification with
                {
                    Findings =
                    [
                        .. verification.Findings,
                        new EvidenceFinding(
                            EvidenceFinding.NameRepeated,
                            "bundle",
                            "a member name stands twice in one object; the last value counted"
                        ),
                    ],
                }
                : verification;
        }
    }

    /// <summary>The fetches that settle whether the checkpoints of a bundle are published (envelope family §12.3).</summary>
    /// <param name="bundleUtf8">The bundle.</param>
    /// <param name="gateways">Whom to ask.</param>
    /// <returns>One for each gateway and checkpoint; none where the wrapper does not verify, so that a forged bundle sends nobody anywhere.</returns>
    public static IReadOnlyList<CheckpointFetch> FindFetches(ReadOnlySpan<byte> bundleUtf8, IReadOnlyList<string> gateways)
    {
        ArgumentNullException.ThrowIfNull(gateways);
        if (!EvidenceDocument.TryRead(bundleUtf8, out var document, out _))
        {
            return [];
        }

        using (document)
        {
            return FindTrace(document.Root) is { } trace
                ? [.. gateways.SelectMany(gateway => TraceVerifier.FindFetches(trace, gateway)).DistinctBy(fetch => fetch.Url)]
                : [];
        }
    }

    /// <summary>Fetches what <see cref="FindFetches"/> names, a few at a time, and verifies the bundle with the answers.</summary>
    /// <param name="bundleUtf8">The bundle.</param>
    /// <param name="inputs">What is at hand; without gateways nothing is fetched.</param>
    /// <param name="fetch">The way to the gateways.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public static async Task<EvidenceVerification> VerifyAsync(
        ReadOnlyMemory<byte> bundleUtf8,
        EvidenceInputs inputs,
        FetchPublished fetch,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(fetch);
        var fetches = FindFetches(bundleUtf8.Span, inputs.Gateways);
        var outcomes = await CheckpointFetch.JudgeAllAsync(fetches, fetch, cancellationToken).ConfigureAwait(false);
        return Verify(bundleUtf8.Span, inputs with { GatewayOutcomes = outcomes });
    }

    /// <summary>Verifies a bundle that stands in a document.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="inputs">What is at hand beside it.</param>
    /// <param name="nested">How many exports it stands in.</param>
    internal static EvidenceVerification Verify(JsonElement bundle, EvidenceInputs inputs, int nested)
    {
        var wrapper = EvidenceWrapper.Read(bundle, out var malformed);
        if (wrapper is null)
        {
            return malformed!; // ! one of the two is there
        }

        var result = wrapper.Verify();
        if (result.Status == EvidenceStatus.Failed)
        {
            return result;
        }

        switch (wrapper.BodyType)
        {
            case EvidenceFormat.Export when nested == EvidenceFormat.MaxNestedExports:
                return ExportVerifier.Malformed(result, $"more than {EvidenceFormat.MaxNestedExports} exports stand in one another");
            case EvidenceFormat.Export:
                return ExportVerifier.Verify(result, wrapper, inputs, nested);
            case EvidenceFormat.Trace:
                return TraceVerifier.Verify(result, wrapper.Body, inputs);
            default:
                var shown = Members.Repr(wrapper.BodyType is null ? null : Members.Find(bundle, "body_type"));
                return result with
                {
                    Status = EvidenceStatus.Partial,
                    Errors =
                    [
                        $"body_type {shown} is not verifiable by this kernel (only {EvidenceFormat.Trace}); wrapper verified, body undetermined",
                    ],
                };
        }
    }

    /// <summary>The lower-case hex SHA-256 of a value's canonical text.</summary>
    internal static string HashOf(JsonElement value) => Convert.ToHexStringLower(SHA256.HashData(EvidenceDocument.TextOf(value)));

    /// <summary>The trace body at the bottom of a bundle whose wrappers all verify.</summary>
    private static JsonElement? FindTrace(JsonElement bundle)
    {
        for (var nested = 0; nested <= EvidenceFormat.MaxNestedExports; nested++)
        {
            if (EvidenceWrapper.Read(bundle, out _) is not { } wrapper || wrapper.Verify().Status == EvidenceStatus.Failed)
            {
                return null;
            }

            if (wrapper.BodyType == EvidenceFormat.Trace)
            {
                return wrapper.Body;
            }

            if (wrapper.BodyType != EvidenceFormat.Export || Members.Find(wrapper.Body, "source_bundle") is not { } source)
            {
                return null;
            }

            bundle = source;
        }

        return null;
    }

    private static string DescribeRefusal(ReadOnlySpan<byte> utf8, JsonRejectedException refusal) =>
        refusal.Fault != JsonFault.TooDeep ? "evidence bundle is not acceptable JSON: " + refusal.Message
        : utf8.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            ? $"evidence bundle nesting exceeds the {StrictJson.MaxDepth}-level canonicalization depth bound"
        : EvidenceWrapper.NotAnObject;
}
