using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;

namespace Hallmark.Mlflow.Tests.Formats;

/// <summary>Envelopes with one thing changed: those that still hold, and those that must be refused, each with the answer to the three questions.</summary>
internal static class HallmarkV1Alterations
{
    private static readonly string[] Members = ["event_id", "event_type", "payload_hash", "previous_hash", "signed_at"];

    public static IEnumerable<JsonNode> Accepted(Func<string, PreparedEvent> made)
    {
        var (alias, training) = (made("alias-moved"), made("training"));
        yield return Case(
            "minor",
            "a numeric minor, signed",
            Signed(alias, members => members["spec_version"] = "hallmark/v1.12"),
            alias.Record,
            new(true, true, true)
        );
        yield return Case("without-record", "no record at hand", alias.EnvelopeBytes, null, new(true, null, true));
        yield return Case(
            "pretty",
            "white space and another order of members: the signature is over the canonical form",
            Utf8(alias.Envelope.ToJsonString(new() { WriteIndented = true })),
            alias.Record,
            new(true, true, true)
        );
        yield return Case(
            "co-signatures",
            "co_signatures lie outside the signed scope",
            Changed(alias, members => members["co_signatures"] = new JsonArray()),
            alias.Record,
            new(true, true, true)
        );
        yield return Case(
            "mlflow-annotation",
            "ario.mlflow/v1 leaves members that start with _ unsigned",
            Changed(training, members => members["_note"] = "x"),
            training.Record,
            new(true, true, true)
        );
    }

    public static IEnumerable<JsonNode> Refused(Func<string, PreparedEvent> made)
    {
        var alias = made("alias-moved");
        foreach (var name in Members)
        {
            var isHash = name == "payload_hash";
            yield return Case(
                $"changed-{name}",
                "another value",
                Changed(alias, members => members[name] = Last((string)members[name]!)),
                alias.Record,
                new(true, !isHash, false)
            );
            yield return Case(
                $"removed-{name}",
                "the member is gone",
                Changed(alias, members => members.Remove(name)),
                alias.Record,
                new(true, !isHash, false)
            );
        }

        yield return Case(
            "changed-subject",
            "another version",
            Changed(alias, members => members["subject"]!["version"] = "9"),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "added-member",
            "a member more",
            Changed(alias, members => members["note"] = "x"),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "added-annotation",
            "hallmark/v1 leaves nothing unsigned, also not what starts with _",
            Changed(alias, members => members["_note"] = "x"),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "upper-case-hash",
            "a payload_hash is compared letter by letter",
            Signed(alias, members => members["payload_hash"] = alias.PayloadHash.ToUpperInvariant()),
            alias.Record,
            new(true, false, true)
        );
        yield return Case(
            "hash-not-text",
            "a payload_hash that is no text",
            Signed(alias, members => members["payload_hash"] = 7),
            alias.Record,
            new(true, false, true)
        );

        foreach (
            var version in new[]
            {
                "hallmark/v2",
                "Hallmark/v1",
                "hallmark/v1.",
                "hallmark/v1.x",
                "hallmark/v1 ",
                "hallmark/v10",
                "ario.mlflow/v2",
            }
        )
        {
            yield return Case(
                $"version-{version}",
                "signed, but no accepted profile",
                Signed(alias, members => members["spec_version"] = version),
                alias.Record,
                new(false, true, true)
            );
        }

        yield return Case(
            "version-number",
            "a spec_version that is no text",
            Signed(alias, members => members["spec_version"] = 1),
            alias.Record,
            new(false, true, true)
        );
        yield return Case(
            "version-absent",
            "legacy envelopes are not of this profile",
            Signed(alias, members => members.Remove("spec_version")),
            alias.Record,
            new(false, true, true)
        );

        yield return Case(
            "record-newline",
            "a final newline is a changed record",
            alias.EnvelopeBytes,
            Utf8(Text(alias.Record) + "\n"),
            new(true, false, true)
        );
        yield return Case(
            "record-reserialised",
            "the bytes received count, not their meaning",
            alias.EnvelopeBytes,
            Utf8(alias.Payload.ToJsonString(new() { WriteIndented = true })),
            new(true, false, true)
        );
        yield return Case(
            "record-empty",
            "no bytes are not no record",
            alias.EnvelopeBytes,
            ReadOnlyMemory<byte>.Empty,
            new(true, false, true)
        );
        yield return Case(
            "record-of-another",
            "another event's record",
            alias.EnvelopeBytes,
            made("alias-set").Record,
            new(true, false, true)
        );

        var other = TestSigner.Second;
        yield return Case(
            "other-key",
            "the key of somebody else",
            Changed(alias, members => members["public_key"] = other.PublicKey.Hex),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "other-signature",
            "the signature of another event",
            Changed(alias, members => members["signature"] = made("alias-set").Envelope["signature"]!.DeepClone()),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "short-signature",
            "63 bytes",
            Changed(alias, members => members["signature"] = ((string)members["signature"]!)[..^2]),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "malleated",
            "S + L",
            Changed(alias, members => members["signature"] = Malleate((string)members["signature"]!)),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "removed-signature",
            "unsigned",
            Changed(alias, members => members.Remove("signature")),
            alias.Record,
            new(true, true, false)
        );
        yield return Case(
            "removed-public_key",
            "nobody's",
            Changed(alias, members => members.Remove("public_key")),
            alias.Record,
            new(true, true, false)
        );

        // R is the neutral point, S is 0 and A is of small order: the equation of RFC 8032 holds for every message.
        var neutral = "01" + new string('0', 62);
        yield return Case(
            "small-order-key",
            "a key of small order signs everything",
            Changed(
                alias,
                members =>
                {
                    members["public_key"] = neutral;
                    members["signature"] = neutral + new string('0', 64);
                }
            ),
            alias.Record,
            new(true, true, false)
        );

        foreach (
            var (id, text) in new[]
            {
                ("array", "[]"),
                ("null", "null"),
                ("text", "\"hallmark/v1\""),
                ("cut", Text(alias.EnvelopeBytes)[..^1]),
                ("trailing", Text(alias.EnvelopeBytes) + "{}"),
                ("empty", ""),
            }
        )
        {
            yield return Case($"not-an-envelope-{id}", "not one JSON object", Utf8(text), alias.Record, new(false, null, false));
        }

        yield return Case(
            "lone-surrogate",
            "an escape that is half a character",
            Utf8(
                Text(alias.EnvelopeBytes)
                    .Replace("champion", "x", StringComparison.Ordinal)
                    .Replace("GENESIS", "x", StringComparison.Ordinal)[..^1] + ",\"z\":\"\\ud800\"}"
            ),
            alias.Record,
            new(false, null, false)
        );
    }

    private static JsonNode Case(string id, string note, ReadOnlyMemory<byte> envelope, ReadOnlyMemory<byte>? record, Answers answers) =>
        new JsonObject
        {
            ["id"] = id,
            ["note"] = note,
            ["envelope"] = Text(envelope),
            ["record"] = record is { } bytes ? Text(bytes) : null,
            ["expect"] = new JsonObject
            {
                ["spec_version_ok"] = answers.SpecVersionOk,
                ["payload_hash_ok"] = answers.PayloadHashOk,
                ["signature_ok"] = answers.SignatureOk,
            },
        };

    private static byte[] Changed(PreparedEvent made, Action<JsonObject> change)
    {
        var members = (JsonObject)made.Envelope.DeepClone();
        change(members);
        return CanonicalJson.Canonicalize(members);
    }

    // Signs whatever it is: what the sealer refuses to sign, a verifier may still meet.
    private static byte[] Signed(PreparedEvent made, Action<JsonObject> change) =>
        Changed(
            made,
            members =>
            {
                change(members);
                var signature = new byte[Ed25519PublicKey.SignatureSizeInBytes];
                TestSigner.First.Sign(SignedScope.BytesOf(members), signature);
                members["signature"] = Convert.ToHexStringLower(signature);
            }
        );

    private static string Last(string value) => value[..^1] + (value[^1] == '0' ? '1' : '0');

    private static string Malleate(string signature)
    {
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
        var s = new BigInteger(Convert.FromHexString(signature.AsSpan(64)), isUnsigned: true) + order;
        var bytes = new byte[32];
        s.TryWriteBytes(bytes, out _, isUnsigned: true);
        return signature[..64] + Convert.ToHexStringLower(bytes);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    private readonly record struct Answers(bool SpecVersionOk, bool? PayloadHashOk, bool SignatureOk);
}
