using System.Text.Json;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Evidence;

/// <summary>Checks operator attestations against the checkpoints of a source bundle (envelope family §14). Safe for several threads.</summary>
internal sealed class AttestationVerifier
{
    private readonly Dictionary<string, Lazy<string>> _dataHashes = new(StringComparer.Ordinal);

    /// <param name="source">The source bundle, whatever it is; of checkpoints with the same id the last one counts, as in the family's kernels.</param>
    internal AttestationVerifier(JsonElement source)
    {
        foreach (var checkpoint in Members.Items(Members.FindList(Members.Find(source, "body"), "checkpoints")))
        {
            if (Members.FindText(checkpoint, "tx_id") is { } txId)
            {
                // Hashed once, however many attestations name it.
                _dataHashes[txId] = new Lazy<string>(() => HashEnvelope(checkpoint));
            }
        }
    }

    /// <summary>Checks one record.</summary>
    /// <returns>The result, and why the record is malformed where it is.</returns>
    internal (AttestationVerification Result, string? Malformed) Verify(JsonElement record)
    {
        if (FindShapeFault(record) is { } fault)
        {
            return (new AttestationVerification(), fault);
        }

        var payload = Members.FindObject(record, "payload")!.Value; // ! the shape was checked
        var key = RsaJwk.Read(Members.FindObject(record, "public_key")!.Value); // ! the shape was checked
        var signature = Members.FindText(record, "signature")!; // ! the shape was checked
        var errors = new List<string>();
        var outcome = RsaPss.Verify(EvidenceDocument.TextOf(payload), signature, key);
        if (outcome == SignatureOutcome.Malformed)
        {
            return (new AttestationVerification(), "attestation " + DescribeMalformed(signature, key));
        }

        if (outcome != SignatureOutcome.Valid)
        {
            errors.Add("attestation RSA-PSS signature verification failed");
        }

        if (StrictBase64Url.Decode(key.N) is null)
        {
            return (new AttestationVerification(), "attestation operator key: " + DescribeBase64Url(key.N));
        }

        var operatorAddress = Members.FindText(payload, "operator") ?? "";
        var isBound = operatorAddress.Length > 0 && key.Address == operatorAddress;
        if (!isBound)
        {
            errors.Add($"operator-address binding failed: derived={key.Address} payload.operator={operatorAddress}");
        }

        var txId = Members.FindText(record, "checkpoint_tx_id") ?? "";
        var dataHash = Members.FindText(payload, "data_hash")?.ToLowerInvariant() ?? "";
        var (isResolved, isData) = BindsData(txId, dataHash, errors);
        NoteSubject(Members.Find(payload, "subject_ref"), errors);
        return (
            new AttestationVerification
            {
                CheckpointTxId = txId,
                Operator = operatorAddress,
                Gateway = Members.FindText(payload, "gateway"),
                SignatureOk = outcome == SignatureOutcome.Valid,
                OperatorAddressBound = isBound,
                DataHashBound = isData,
                CheckpointResolved = isResolved,
                Level = Members.FindInteger(payload, "level"),
                Errors = errors,
            },
            null
        );
    }

    /// <summary>What the family's verifiers pass over in a record.</summary>
    internal static IEnumerable<EvidenceFinding> FindFindings(JsonElement record)
    {
        var subject = Members.FindText(record, "checkpoint_tx_id") ?? "";
        var payload = Members.Find(record, "payload");
        var txId = Members.FindText(payload, "tx_id");
        if (txId != subject)
        {
            yield return new EvidenceFinding(
                EvidenceFinding.AttestationTxDiffers,
                subject,
                txId is null ? "the attestation names no transaction" : $"the attestation speaks of transaction {txId}"
            );
        }

        if (Members.Find(payload, "signature_verified") is { ValueKind: JsonValueKind.False })
        {
            yield return new EvidenceFinding(
                EvidenceFinding.AttestationUnverified,
                subject,
                "the operator says that it did not verify the transaction's signature"
            );
        }
    }

    private (bool IsResolved, bool IsData) BindsData(string txId, string dataHash, List<string> errors)
    {
        if (!_dataHashes.TryGetValue(txId, out var committed))
        {
            errors.Add($"attestation checkpoint_tx_id {Envelopes.PythonRepr.Of(txId)} resolves to no source checkpoint");
            return (false, false);
        }

        if (dataHash == committed.Value)
        {
            return (true, true);
        }

        errors.Add($"data_hash does not bind to the checkpoint's committed content hash: data_hash={dataHash} committed={committed.Value}");
        return (true, false);
    }

    private static string HashEnvelope(JsonElement checkpoint) =>
        Members.Find(checkpoint, "envelope") is { } envelope
            ? EvidenceVerifier.HashOf(envelope)
            : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("null"u8));

    private static string? FindShapeFault(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            return "attestation record is not a JSON object";
        }

        if (Members.FindObject(record, "payload") is null)
        {
            return "attestation record missing payload";
        }

        if (Members.FindText(record, "signature_alg") != EvidenceFormat.AttestationSignature)
        {
            return "unsupported attestation signature_alg: " + Members.Repr(Members.Find(record, "signature_alg"));
        }

        if (
            Members.FindObject(record, "public_key") is not { } key
            || Members.FindText(key, "kty") != "RSA"
            || Members.FindText(key, "n") is null
            || Members.FindText(key, "e") is null
        )
        {
            return "attestation record missing/invalid RSA public_key JWK";
        }

        return Members.FindText(record, "signature") is null ? "attestation record missing signature" : null;
    }

    private static string DescribeMalformed(string signature, RsaJwk key) =>
        signature.Length % 2 != 0 ? "malformed signature hex: odd-length hex string"
        : !signature.All(char.IsAsciiHexDigit) ? "malformed signature hex: non-hex characters"
        : StrictBase64Url.Decode(key.N) is null ? DescribeBase64Url(key.N)
        : StrictBase64Url.Decode(key.E) is null ? DescribeBase64Url(key.E)
        : "malformed RSA public key: non-positive RSA parameter";

    private static string DescribeBase64Url(string? text) =>
        text is not null && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? "invalid base64url length"
            : "non-base64url characters";

    /// <summary>A subject is never decisive in this version; one that is not well-formed is noted.</summary>
    private static void NoteSubject(JsonElement? subject, List<string> errors)
    {
        if (subject is null or { ValueKind: JsonValueKind.Null })
        {
            return;
        }

        if (subject is not { ValueKind: JsonValueKind.Object })
        {
            errors.Add("subject_ref is present but is not an object");
        }
        else if (
            Members.FindText(subject, "hash") is not { Length: 64 } hash
            || !hash.All(char.IsAsciiHexDigitLower)
            || Members.FindText(subject, "type") is not { Length: > 0 } type
            || !type.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or ':' or '-')
        )
        {
            errors.Add("subject_ref is present but not well-formed ({hash: sha256-hex, type: token})");
        }
    }
}
