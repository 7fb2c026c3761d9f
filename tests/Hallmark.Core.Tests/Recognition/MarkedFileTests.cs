using System.Text;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;

namespace Hallmark.Core.Tests.Recognition;

/// <summary>How many marks make a file of a kind (docs/formats/evidence.md, "Damaged files"), whichever they are, and what is said of one that is broken.</summary>
public sealed class MarkedFileTests
{
    /// <summary>The names of each format and of its members, as its page has them.</summary>
    public static TheoryData<EvidenceFile, int, string> Kinds =>
        new()
        {
            { EvidenceFile.HallmarkBundle, 3, "hallmark.evidence/v1 hashes_only verifier_key entries tree_size" },
            { EvidenceFile.PredictionReceipt, 3, "hallmark/prediction-receipt/v1 decision_id record_hash checkpoints verifier_key" },
            { EvidenceFile.FamilyWrapper, 3, "ario.evidence/v1 body_hash body_type generated_at verdict" },
            { EvidenceFile.InclusionBundle, 3, "ario.agent.proof/v1 checkpoint_envelope checkpoint_tx_id leaf_index audit_path" },
            { EvidenceFile.AnchorReceipt, 5, "hallmark/receipt/v1 anchor world network target digest state prepared_at proof" },
            { EvidenceFile.FieldDisclosure, 3, "hallmark/field-disclosure/v1 decision_id salt side field" },
            { EvidenceFile.Envelope, 3, "payload_hash event_id signed_at public_key signature spec_version" },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_choice_of_enough_marks_makes_the_kind_and_any_choice_of_fewer_makes_nothing(EvidenceFile kind, int enough, string marks)
    {
        var all = marks.Split(' ');
        for (var choice = 0; choice < 1 << all.Length; choice++)
        {
            var chosen = all.Where((_, i) => (choice & (1 << i)) != 0).ToList();
            var text = string.Join(" and ", chosen.Select(mark => $"\"{mark}\""));
            var expected = chosen.Count >= enough ? kind : EvidenceFile.Unknown;
            Assert.Equal(expected, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_mark_counts_once_and_with_both_of_its_quotes(EvidenceFile kind, int enough, string marks)
    {
        var all = marks.Split(' ')[..enough];
        var repeated = string.Concat(Enumerable.Repeat($"\"{all[0]}\"", 20));
        Assert.Equal(EvidenceFile.Unknown, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes(repeated)));
        Assert.Equal(EvidenceFile.Unknown, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes(string.Join("\" ", all) + "\"")));
        Assert.Equal(EvidenceFile.Unknown, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes("\"" + string.Join(" \"", all))));
        Assert.Equal(kind, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes(string.Concat(all.Select(mark => $"\"{mark}\"")))));
    }

    [Fact]
    public void A_file_in_which_others_stand_is_what_is_around_them()
    {
        // Bundles hold receipts, and all of them hold envelopes.
        var kinds = Kinds
            .Select(row => ((EvidenceFile)row[0], string.Join(' ', ((string)row[2]).Split(' ').Select(mark => $"\"{mark}\""))))
            .ToList();
        for (var i = 0; i < kinds.Count; i++)
        {
            var inside = string.Join('\n', kinds.Skip(i + 1).Select(kind => kind.Item2));
            Assert.Equal(kinds[i].Item1, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes(inside + kinds[i].Item2)));
        }
    }

    [Theory]
    [InlineData(
        "{\"payload_hash\":1,\"event_id\":2,\"signature\":3",
        "in signature: JSON refused at byte 44: the text ends inside a value"
    )]
    [InlineData("{\"payload_hash\":1,\"event_id\":2,\"signature\":3}}", "JSON refused at byte 45: something follows the value")]
    [InlineData("payload\"payload_hash\"\"event_id\"\"signature\"", "JSON refused at byte 0: not allowed here")]
    [InlineData(
        "[\"payload_hash\",\"event_id\",\"signature\",\"\\q\"]",
        "in [2]: JSON refused at byte 40: an escape that JSON does not know"
    )]
    public void A_broken_file_with_the_marks_is_damaged_where_it_breaks(string text, string detail)
    {
        var file = Encoding.UTF8.GetBytes(text);
        Assert.False(StrictJson.TryParse(file, out _, out var refusal));
        var check = FormCheck.Judge("the envelope", file, EvidenceFile.Envelope, refusal);
        Assert.Equal(("form", CheckOutcome.Failed, "damaged", detail), (check.Name, check.Outcome, check.Reason, check.Detail));

        var bad = Assert.Throws<BadInputException>(() => FormCheck.Judge("the receipt", file, EvidenceFile.AnchorReceipt, refusal));
        Assert.Equal("the receipt is not JSON: " + refusal.Message, bad.Message);
        Assert.Same(refusal, bad.InnerException);
    }

    [Fact]
    public void A_file_that_reads_and_is_not_of_its_format_is_malformed_in_the_readers_words()
    {
        var refusal = new BadInputException("it has no x");
        var check = FormCheck.Judge("\"payload_hash\"\"event_id\"\"signature\""u8, EvidenceFile.Envelope, refusal);
        Assert.Equal(("form", "malformed", "it has no x"), (check.Name, check.Reason, check.Detail));
        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        Assert.Throws<ArgumentNullException>(() => FormCheck.Judge(""u8, EvidenceFile.Envelope, null!));
        Assert.Throws<ArgumentNullException>(() => FormCheck.Judge("x", ""u8, EvidenceFile.Envelope, null!));
    }
}
