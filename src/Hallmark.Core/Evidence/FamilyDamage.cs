using System.Globalization;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Checks;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;

namespace Hallmark.Core.Evidence;

/// <summary>
/// Tells damage from another format, where a file of the family is malformed. Malformed is exit code 2 (envelope family §16); a file that is known by its marks and no longer
/// reads, or that holds again with one bit turned back, was changed after it was made.
/// </summary>
public static class FamilyDamage
{
    // One flipped bit makes one such name or value. A file with many was made so, and each try reads it whole.
    private const int MaxTries = 16;

    private static readonly string[] Names =
    [
        "spec_version",
        "public_key",
        "signature",
        "body_hash",
        "body",
        "checkpoint_envelope",
        "checkpoint_tx_id",
        "leaf",
        "leaf_index",
        "audit_path",
    ];

    /// <summary>The failed check of a damaged file; null where nothing shows that it ever was one of the family's.</summary>
    /// <param name="utf8">A file that <see cref="ProofFile"/> found malformed.</param>
    public static Check? Find(ReadOnlySpan<byte> utf8)
    {
        if (!EvidenceDocument.TryRead(utf8, out var document, out var refusal))
        {
            // A limit is not damage: the family's answer stands.
            return
                refusal.Fault is not (JsonFault.TooDeep or JsonFault.TooLarge)
                && EvidenceMarks.Recognise(utf8) is var kind and (EvidenceFile.FamilyWrapper or EvidenceFile.InclusionBundle)
                ? FormCheck.Judge("the bundle", utf8, kind, refusal)
                : null;
        }

        document.Dispose();
        return FindFlippedBit(utf8);
    }

    private static Check? FindFlippedBit(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth + 2 });
        var tries = 0;
        while (reader.Read())
        {
            if (
                reader.CurrentDepth != 1
                || reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String)
                || reader.ValueIsEscaped
            )
            {
                continue;
            }

            foreach (var (index, bit) in FindRepairs(reader.ValueSpan, reader.TokenType is JsonTokenType.PropertyName))
            {
                if (++tries > MaxTries)
                {
                    return null;
                }

                var at = (int)reader.TokenStartIndex + 1 + index;
                var repaired = utf8.ToArray();
                repaired[at] ^= bit;
                if (ProofFile.Verify(repaired).Status is EvidenceStatus.Verified or EvidenceStatus.Partial)
                {
                    return Describe(at, Encoding.UTF8.GetString(reader.ValueSpan));
                }
            }
        }

        return null;
    }

    private static Check Describe(int at, string token) =>
        Check.Failed(
            FormCheck.Name,
            "damaged",
            string.Create(CultureInfo.InvariantCulture, $"byte {at}: one bit was flipped in \"{token}\"; turned back, the bundle holds")
        );

    /// <summary>Each single bit that makes an expected name, or an accepted value, of a text.</summary>
    private static List<(int Index, byte Bit)> FindRepairs(ReadOnlySpan<byte> text, bool isName)
    {
        var repairs = new List<(int, byte)>();
        if (text.Length > 64)
        {
            return repairs;
        }

        Span<byte> changed = stackalloc byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            for (var bit = 1; bit < 256; bit <<= 1)
            {
                text.CopyTo(changed);
                changed[i] ^= (byte)bit;
                var candidate = Encoding.Latin1.GetString(changed);
                if (isName ? Array.IndexOf(Names, candidate) >= 0 : IsAccepted(candidate))
                {
                    repairs.Add((i, (byte)bit));
                }
            }
        }

        return repairs;
    }

    private static bool IsAccepted(string value) => value is EvidenceFormat.InclusionBundle or "ed25519" || EvidenceFormat.IsWrapper(value);
}
