using System.Text;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Policies;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>An anchor's receipt in a file of its own: what is asked of it, and what the answer says.</summary>
public sealed class AnchorReceiptAnswerTests
{
    private static readonly byte[] Envelope = "an envelope"u8.ToArray();

    [Fact]
    public async Task A_receipt_of_the_content_that_is_vouched_for_verifies()
    {
        var verdict = await VerifyAsync(Notary.Receipt(AnchorTarget.Envelope, Envelope, null), Envelope);
        Assert.Equal((VerdictStatus.Verified, "receipt of notary/tests"), (verdict.Status, verdict.Subject));
        Assert.Equal(["content", "digest", "notary_signature", "witness"], verdict.Checks.Select(check => check.Name));
        Assert.Equal("notary vouches for it", verdict.Checks[^1].Detail);
        Assert.StartsWith("envelope.json has the digest sha256:", verdict.Checks[0].Detail, StringComparison.Ordinal);
        Assert.Equal(Notary.SeenAt, Assert.Single(verdict.Witnesses).ExistedBefore);
    }

    [Fact]
    public async Task Other_content_is_named_with_the_digest_that_the_receipt_is_for()
    {
        var receipt = Notary.Receipt(AnchorTarget.Envelope, Envelope, null);
        var verdict = await VerifyAsync(receipt, "another"u8.ToArray());
        Assert.Equal(VerdictStatus.Failed, verdict.Status);
        Assert.Equal("another_digest", verdict.Checks[0].Reason);
        Assert.Equal($"digest: the receipt is for {receipt.Digest}, not for envelope.json", verdict.Checks[0].Detail);
    }

    [Fact]
    public async Task What_is_still_waited_for_is_neither_a_pass_nor_a_failure()
    {
        var pending = Notary.Receipt(AnchorTarget.Envelope, Envelope, null) with { State = ReceiptState.Submitted };
        var verdict = await VerifyAsync(pending, Envelope);
        Assert.Equal(VerdictStatus.Incomplete, verdict.Status);
        var witness = verdict.Checks.Single(check => check.Name == "witness");
        Assert.Equal((CheckOutcome.NotRun, "not_proven"), (witness.Outcome, witness.Reason));
        Assert.Equal("submitted: not proven here", witness.Detail);
    }

    [Fact]
    public async Task A_checkpoints_size_must_be_the_one_in_the_checkpoint()
    {
        var note = Note(7);
        var right = await VerifyAsync(Notary.Receipt(AnchorTarget.Checkpoint, note, 7), note);
        Assert.Equal(VerdictStatus.Verified, right.Status);
        Assert.DoesNotContain(right.Checks, check => check.Name == "tree_size");

        var wrong = (await VerifyAsync(Notary.Receipt(AnchorTarget.Checkpoint, note, 8), note)).Checks.Single(check =>
            check.Name == "tree_size"
        );
        Assert.Equal((CheckOutcome.Failed, "another_size"), (wrong.Outcome, wrong.Reason));
        Assert.Equal("tree_size: the receipt says 8 entries, the checkpoint 7", wrong.Detail);
    }

    [Fact]
    public async Task Where_there_is_no_size_to_compare_none_is_compared()
    {
        foreach (
            var (target, content, size) in new[]
            {
                (AnchorTarget.Checkpoint, Note(7), (long?)null),
                (AnchorTarget.Envelope, Note(7), 8),
                (AnchorTarget.Checkpoint, Envelope, 8), // no note: the digest alone says that it is the content
                (AnchorTarget.Checkpoint, "text\n\n— a AAAAAAA=\n"u8.ToArray(), 8), // a note, and no checkpoint
            }
        )
        {
            var verdict = await VerifyAsync(Notary.Receipt(target, content, size), content);
            Assert.Equal(VerdictStatus.Verified, verdict.Status);
            Assert.DoesNotContain(verdict.Checks, check => check.Name == "tree_size");
        }
    }

    [Theory]
    [InlineData("notary", CheckOutcome.Passed)]
    [InlineData("our-notary", CheckOutcome.Failed)] // the anchor's name is what the receipt's maker wrote
    [InlineData("ots", CheckOutcome.Failed)]
    [InlineData("notary within 1h", CheckOutcome.NotRun)] // nothing says when it was signed
    public async Task A_policy_is_asked_of_the_one_witness_by_its_world(string policy, CheckOutcome outcome)
    {
        var trust = BundleScene.Trust with { Policy = WitnessPolicy.Parse(policy) };
        var receipt = Notary.Receipt(AnchorTarget.Envelope, Envelope, null, anchor: "our-notary");
        var verdict = await VerifyAsync(receipt, Envelope, trust);
        Assert.Equal((WitnessPolicy.CheckName, outcome), (verdict.Checks[^1].Name, verdict.Checks[^1].Outcome));
        Assert.Equal("our-notary", Assert.Single(verdict.Witnesses).Anchor);
    }

    [Fact]
    public void A_receipt_reads_as_what_was_written()
    {
        var receipt = Notary.Receipt(AnchorTarget.Envelope, Envelope, null);
        var read = AnchorReceiptVerifier.Read(AnchorReceiptJson.Write(receipt), out var damage)!;
        Assert.Null(damage);
        Assert.Equal(AnchorReceiptJson.Write(receipt), AnchorReceiptJson.Write(read));
    }

    [Fact]
    public void A_receipt_that_is_cut_or_has_a_wrong_member_is_damage_and_names_the_place()
    {
        var text = Encoding.UTF8.GetString(AnchorReceiptJson.Write(Notary.Receipt(AnchorTarget.Envelope, Envelope, null)));
        Assert.Null(AnchorReceiptVerifier.Read(Encoding.UTF8.GetBytes(text[..^1]), out var cut));
        var form = Assert.Single(cut!.Checks);
        Assert.Equal(("anchor's receipt", "form", "damaged"), (cut.Subject, form.Name, form.Reason));
        Assert.EndsWith($"JSON refused at byte {text.Length - 1}: the text ends inside a value", form.Detail, StringComparison.Ordinal);

        var wrong = text.Replace("\"final\"", "\"finam\"", StringComparison.Ordinal);
        Assert.Null(AnchorReceiptVerifier.Read(Encoding.UTF8.GetBytes(wrong), out var malformed));
        form = Assert.Single(malformed!.Checks);
        Assert.Equal(("form", "malformed"), (form.Name, form.Reason));
        Assert.Equal("the receipt's state is none of prepared, submitted, confirmed, final, rejected", form.Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("nothing of the kind")]
    [InlineData("{\"format\":\"hallmark/receipt/v1\"}")]
    public void What_never_was_a_receipt_is_bad_input(string text)
    {
        var refusal = Assert.Throws<BadInputException>(() => AnchorReceiptVerifier.Read(Encoding.UTF8.GetBytes(text), out _));
        Assert.Equal(2, refusal.ExitCode);
    }

    private static byte[] Note(long size)
    {
        var text = new Checkpoint("ledger.example", size, TreeHash.OfEmptyTree).ToText();
        return SignedNote.Create(text, new NoteSigner("ledger.example", BundleScene.Key).Sign(text)).Bytes.ToArray();
    }

    private static Task<Verdict> VerifyAsync(AnchorReceipt receipt, byte[] content, BundleTrust? trust = null) =>
        new AnchorReceiptVerifier(trust ?? BundleScene.Trust).VerifyAsync(receipt, content, "envelope.json", CancellationToken.None);
}
