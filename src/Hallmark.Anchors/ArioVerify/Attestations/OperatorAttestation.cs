using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Anchors.ArioVerify.Attestations;

/// <summary>What the operator of a gateway signed about one transaction (envelope.md §14, ario-verify-api.md §5). Reading it verifies nothing.</summary>
public sealed record OperatorAttestation
{
    /// <summary>The longest record that is read, in bytes of canonical JSON.</summary>
    public const int MaxSizeInBytes = 16 * 1024;

    private const string SignatureAlgorithm = "rsa-pss-sha256";
    private const string PayloadVersion = "ario.evidence.attestation/v1";
    private readonly JsonObject _payload;

    private OperatorAttestation(JsonObject payload, RsaJwk key, string signature, string transactionId)
    {
        _payload = payload;
        Key = key;
        Signature = signature;
        TransactionId = transactionId;
    }

    /// <summary>The signed payload; a copy.</summary>
    public JsonObject Payload => (JsonObject)_payload.DeepClone();

    /// <summary>The key that is said to have signed.</summary>
    public RsaJwk Key { get; }

    /// <summary>The signature, hex.</summary>
    public string Signature { get; }

    /// <summary>The transaction that the attestation was asked for.</summary>
    public string TransactionId { get; }

    /// <summary>What the service gave beside the payload does not repeat it; null where it does. Outside the signature, so that it is kept apart from it.</summary>
    public string? Contradiction { get; private init; }

    /// <summary>Reads an answer of <c>GET …/attestation</c>.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="transactionId">The transaction that was asked for.</param>
    /// <exception cref="AnchorUnavailableException">It is no such answer, such as the form before <c>attestation_version</c>, which cannot be checked.</exception>
    public static OperatorAttestation FromService(JsonObject json, string transactionId)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (
            !IsSmall(json)
            || json.FindObject("payload") is not { } payload
            || json.FindText("operatorPublicKey") is not { } modulus
            || json.FindText("signature") is not { } signature
            || DecodeBase64Url(signature) is not { } octets
            || payload.FindText("attestation_version") != PayloadVersion
        )
        {
            throw new AnchorUnavailableException($"the service gave no attestation of the form {PayloadVersion}");
        }

        var attestation = new OperatorAttestation(
            (JsonObject)payload.DeepClone(),
            new RsaJwk("RSA", modulus, "AQAB"),
            Convert.ToHexStringLower(octets),
            transactionId
        );
        var hash = System.Security.Cryptography.SHA256.HashData(CanonicalJson.Canonicalize(payload));
        var repeats =
            IsSame("operator", payload.FindText("operator"))
            && IsSame("gateway", payload.FindText("gateway"))
            && IsSame("attestedAt", payload.FindText("attested_at"))
            && IsSame("payloadHash", Base64Url.EncodeToString(hash));
        return repeats ? attestation : attestation with { Contradiction = "what stands beside the signed payload is not what is in it" };

        bool IsSame(string name, string? value) => json[name] is null || json.FindText(name) == value;
    }

    /// <summary>Reads a record of envelope.md §14.1, as it lies in receipts and evidence exports.</summary>
    /// <param name="json">The record.</param>
    /// <param name="attestation">The attestation; null on a false result.</param>
    /// <param name="fault">What is malformed; null on a true result.</param>
    public static bool TryRead(
        JsonNode? json,
        [NotNullWhen(true)] out OperatorAttestation? attestation,
        [NotNullWhen(false)] out string? fault
    )
    {
        attestation = null;
        fault =
            json is not JsonObject record ? "the attestation is not a JSON object"
            : record.Any(static member =>
                member.Key is not ("checkpoint_tx_id" or "payload" or "signature_alg" or "public_key" or "signature")
            )
                ? "the attestation has an unknown member"
            : record.FindText("signature_alg") != SignatureAlgorithm ? $"the attestation's signature_alg is not {SignatureAlgorithm}"
            : record.FindObject("payload") is null ? "the attestation has no payload"
            : record.FindObject("public_key") is not { Count: 3 } ? "the attestation has no public_key of kty, n and e"
            : DecodeBase64Url(record.FindObject("public_key").FindText("n") ?? "") is not { Length: > 0 }
                ? "the attestation's key is not base64url in its one form"
            : !IsHex(record.FindText("signature")) ? "the attestation's signature is not lower-case hex"
            : !ArweaveId.IsWellFormed(record.FindText("checkpoint_tx_id")) ? "the attestation's checkpoint_tx_id is no transaction id"
            : !IsSmall(record) ? $"the attestation is longer than {MaxSizeInBytes} bytes or cannot be canonicalized"
            : null;
        if (fault is not null)
        {
            return false;
        }

        var members = (JsonObject)json!; // ! asked above
        var key = members.FindObject("public_key");
        attestation = new OperatorAttestation(
            (JsonObject)members.FindObject("payload")!.DeepClone(), // ! asked above
            new RsaJwk(key.FindText("kty"), key.FindText("n"), key.FindText("e")),
            members.FindText("signature")!, // ! asked above
            members.FindText("checkpoint_tx_id")! // ! asked above
        );
        return true;
    }

    /// <summary>As a record of envelope.md §14.1.</summary>
    public JsonObject ToRecord() =>
        new()
        {
            ["checkpoint_tx_id"] = TransactionId,
            ["payload"] = _payload.DeepClone(),
            ["signature_alg"] = SignatureAlgorithm,
            ["public_key"] = new JsonObject
            {
                ["kty"] = Key.Kty,
                ["n"] = Key.N,
                ["e"] = Key.E,
            },
            ["signature"] = Signature,
        };

    /// <summary>Checks the attestation (ario-verify-api.md §5).</summary>
    /// <param name="transactionId">The transaction that it must be about.</param>
    /// <param name="dataHash">SHA-256 of that transaction's data.</param>
    /// <param name="trustedOperators">The addresses of the operators who are believed.</param>
    public AttestationFindings Verify(string transactionId, Digest dataHash, IReadOnlyCollection<string> trustedOperators)
    {
        ArgumentNullException.ThrowIfNull(trustedOperators);
        var checks = new ReceiptCheckList();
        AskSignature(checks);
        var address = _payload.FindText("operator");
        checks.Decide(
            "attestation_operator",
            address is { Length: > 0 } && address == Key.Address
                ? null
                : ("operator_not_bound", "the key is not that of the operator that the attestation names"),
            $"the key is that of operator {address}"
        );
        checks.Decide(
            "attestation_transaction",
            _payload.FindText("tx_id") == transactionId && TransactionId == transactionId
                ? null
                : ("another_transaction", "the attestation is about another transaction"),
            "the attestation is about this transaction"
        );
        checks.Decide(
            "attestation_data",
            _payload.FindText("data_hash") is { } hex
            && Digest.TryParseHex(DigestAlgorithm.Sha256, hex.ToLowerInvariant(), out var hash)
            && hash == dataHash
                ? null
                : ("another_hash", "the attestation is about other data, or about none"),
            "the attestation is about this data"
        );
        var isTrusted = address is not null && trustedOperators.Contains(address, StringComparer.Ordinal);
        if (isTrusted)
        {
            checks.Pass("attestation_trust", $"operator {address} is trusted by the settings");
        }
        else if (trustedOperators.Count == 0)
        {
            checks.Skip("attestation_trust", "no_operator_given", $"nobody said which operator to believe; it is {address}");
        }
        else
        {
            checks.Add(
                Check.NotRun("attestation_trust", "another_operator", $"operator {address} is not one of those that the settings trust")
            );
        }

        return new AttestationFindings(
            checks.ToImmutable(),
            address ?? "",
            _payload.FindText("gateway"),
            _payload.FindInteger("level") is { } level and >= 1 and <= 3 ? (int)level : null,
            _payload.FindInteger("block_height"),
            _payload.FindTime("block_timestamp"),
            _payload.FindTime("attested_at"),
            _payload.FindBool("signature_verified"),
            isTrusted && !checks.HasFailed
        );
    }

    private void AskSignature(ReceiptCheckList checks)
    {
        SignatureOutcome outcome;
        try
        {
            outcome = RsaPss.Verify(CanonicalJson.Canonicalize(_payload), Signature, Key);
        }
        catch (JsonRejectedException)
        {
            outcome = SignatureOutcome.Malformed;
        }

        checks.Decide(
            "attestation_signature",
            outcome is SignatureOutcome.Malformed ? ("signature_malformed", "the attestation's signature or key is malformed")
                : outcome is not SignatureOutcome.Valid ? ("signature_invalid", "the operator's key did not sign this attestation")
                : Contradiction is { } contradiction ? ("contradiction", contradiction)
                : null,
            "the operator's key signed the attestation (RSA-PSS, SHA-256, salt of 32 octets)"
        );
    }

    private static bool IsHex(string? text) => text is { Length: > 0 } && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower);

    private static bool IsSmall(JsonObject record)
    {
        try
        {
            return CanonicalJson.Canonicalize(record).Length <= MaxSizeInBytes;
        }
        catch (JsonRejectedException)
        {
            return false;
        }
    }

    internal static byte[]? DecodeBase64Url(string text)
    {
        var bytes = new byte[text.Length];
        return
            Base64Url.DecodeFromChars(text, bytes, out _, out var length) is System.Buffers.OperationStatus.Done
            && Base64Url.EncodeToString(bytes.AsSpan(0, length)) == text
            ? bytes[..length]
            : null;
    }
}
