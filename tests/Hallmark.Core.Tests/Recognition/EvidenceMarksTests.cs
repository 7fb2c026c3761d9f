using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Recognition;

namespace Hallmark.Core.Tests.Recognition;

/// <summary>What a file is by its marks, and which of exit codes 1 and 2 follows.</summary>
public sealed class EvidenceMarksTests
{
    [Theory]
    [InlineData("\"payload_hash\" \"event_id\" \"signature\"", EvidenceFile.Envelope)]
    [InlineData("\"payload_hash\" \"event_id\"", EvidenceFile.Unknown)]
    [InlineData("payload_hash event_id signature public_key", EvidenceFile.Unknown)]
    [InlineData(
        "\"decision_id\" \"record_hash\" \"checkpoints\" \"payload_hash\" \"event_id\" \"signature\"",
        EvidenceFile.PredictionReceipt
    )]
    [InlineData("\"ario.evidence/v1\" \"body_hash\" \"body_type\"", EvidenceFile.FamilyWrapper)]
    [InlineData(
        "\"ario.evidence/v1\" \"body_hash\" \"body_type\" \"hallmark.evidence/v1\" \"entries\" \"tree_size\"",
        EvidenceFile.HallmarkBundle
    )]
    [InlineData("\"leaf_index\" \"audit_path\" \"checkpoint_envelope\"", EvidenceFile.InclusionBundle)]
    [InlineData("\"anchor\" \"world\" \"network\" \"target\" \"digest\"", EvidenceFile.AnchorReceipt)]
    [InlineData("\"anchor\" \"world\" \"network\" \"target\"", EvidenceFile.Unknown)]
    [InlineData("\"salt\" \"side\" \"field\"", EvidenceFile.FieldDisclosure)]
    [InlineData("", EvidenceFile.Unknown)]
    public void A_file_is_what_enough_of_its_marks_say_the_outermost_first(string bytes, EvidenceFile kind) =>
        Assert.Equal(kind, EvidenceMarks.Recognise(Encoding.UTF8.GetBytes(bytes)));

    [Fact]
    public void Only_a_file_of_the_wanted_kind_is_a_failed_verification()
    {
        var broken = "{\"payload_hash\":\"00\",\"event_id\":\"x\",\"signature\":tru}"u8.ToArray();
        Assert.False(StrictJson.TryParse(broken, out _, out var refusal));

        var check = FormCheck.Judge("the envelope", broken, EvidenceFile.Envelope, refusal);

        Assert.Equal(("form", "damaged"), (check.Name, check.Reason));
        Assert.StartsWith("in signature: JSON refused at byte ", check.Detail, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => FormCheck.Judge("the receipt", broken, EvidenceFile.AnchorReceipt, refusal));
        var malformed = new BadInputException("it has no x");
        Assert.Same(malformed, Assert.Throws<BadInputException>(() => FormCheck.Judge(broken, EvidenceFile.AnchorReceipt, malformed)));
        Assert.Equal("malformed", FormCheck.Judge(broken, EvidenceFile.Envelope, malformed).Reason);
    }
}
