using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Core.Digests;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>What the service says of one transaction (ario-verify-api.md §4): its word, of which nothing is checked here.</summary>
public sealed record ArioVerifyResult
{
    /// <summary>The id under which the service keeps the result, where it keeps it.</summary>
    public string? VerificationId { get; private init; }

    /// <summary>The transaction, as the service names it.</summary>
    public string? TransactionId { get; private init; }

    /// <summary>1, 2 or 3; null where it is none of them. Says little alone: an item with a wrong signature has 2, an unknown one 1.</summary>
    public int? Level { get; private init; }

    /// <summary><c>confirmed</c>, <c>pending</c> or <c>not_found</c>; null where there is nothing.</summary>
    public string? Existence { get; private init; }

    /// <summary>The block's height; or null.</summary>
    public long? BlockHeight { get; private init; }

    /// <summary>The block's time; or null.</summary>
    public DateTimeOffset? BlockTime { get; private init; }

    /// <summary><c>signature_verified</c>, <c>hash_verified</c> or <c>unverified</c>.</summary>
    public string? Authenticity { get; private init; }

    /// <summary>Whether the uploader's signature verified; null where the service could not tell.</summary>
    public bool? SignatureValid { get; private init; }

    /// <summary>Why the signature was not checked, or was wrong; or null.</summary>
    public string? SignatureSkipReason { get; private init; }

    /// <summary>SHA-256 of the data as the service downloaded it; or null.</summary>
    public Digest? DataHash { get; private init; }

    /// <summary>Whether that is what its gateway says of the data; or null.</summary>
    public bool? HashMatch { get; private init; }

    /// <summary>The uploader's address; or null.</summary>
    public string? OwnerAddress { get; private init; }

    /// <summary>The gateway that attested; or null.</summary>
    public string? AttestedBy { get; private init; }

    /// <summary>When, as the answer writes it; or null.</summary>
    public string? AttestedAt { get; private init; }

    /// <summary>The page for people; or null.</summary>
    public string? ReportUrl { get; private init; }

    /// <summary>The certificate; or null.</summary>
    public string? PdfUrl { get; private init; }

    /// <summary>Reads an answer; what is missing or odd is null.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="address">The service's base address, for its links.</param>
    public static ArioVerifyResult Read(JsonObject json, Uri address)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(address);
        var existence = json.FindObject("existence");
        var authenticity = json.FindObject("authenticity");
        var attestation = json.FindObject("attestation");
        return new ArioVerifyResult
        {
            VerificationId = json.FindText("verificationId"),
            TransactionId = json.FindText("txId"),
            Level = json.FindInteger("level") is { } level and >= 1 and <= 3 ? (int)level : null,
            Existence = existence.FindText("status"),
            BlockHeight = existence.FindInteger("blockHeight"),
            BlockTime = existence.FindTime("blockTimestamp"),
            Authenticity = authenticity.FindText("status"),
            SignatureValid = authenticity.FindBool("signatureValid"),
            SignatureSkipReason = authenticity.FindText("signatureSkipReason"),
            DataHash = ReadHash(authenticity.FindText("dataHash")),
            HashMatch = authenticity.FindBool("hashMatch"),
            OwnerAddress = json.FindObject("owner").FindText("address"),
            AttestedBy = attestation.FindText("gateway"),
            AttestedAt = attestation.FindText("attestedAt"),
            ReportUrl = Link(json, "dashboard", address),
            PdfUrl = Link(json, "pdf", address),
        };
    }

    /// <summary>In the form of the original client (mlflow-events.md §13).</summary>
    public JsonObject Normalise() =>
        new()
        {
            ["verification_id"] = VerificationId,
            ["status"] = Existence ?? "unknown",
            ["attestation_level"] = Level,
            ["report_url"] = ReportUrl,
            ["pdf_url"] = PdfUrl,
            ["attested_by"] = AttestedBy,
            ["attested_at"] = AttestedAt,
        };

    private static Digest? ReadHash(string? text) =>
        CanonicalBase64Url.TryDecode(text, 32, out var bytes)
        && Digest.TryParseHex(DigestAlgorithm.Sha256, Convert.ToHexStringLower(bytes), out var digest)
            ? digest
            : null;

    private static string? Link(JsonObject json, string name, Uri address) =>
        json.FindObject("links").FindText(name) is not { Length: > 0 } link ? null
        : link.StartsWith("http", StringComparison.Ordinal) ? link
        : address.AbsoluteUri.TrimEnd('/') + link;
}
