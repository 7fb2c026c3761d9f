using System.Text;
using Hallmark.Core.Checks;
using Hallmark.Core.Evidence;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>A malformed file of the family that was changed after it was made (docs/formats/evidence.md, "Damaged files"): told by one bit, and by nothing less certain.</summary>
public sealed class FamilyDamageTests : IDisposable
{
    private readonly EvidenceMaker _maker = new();
    private readonly byte[] _bundle;

    public FamilyDamageTests() => _bundle = _maker.Trace(2);

    public void Dispose() => _maker.Dispose();

    [Theory]
    [InlineData("spec_version")]
    [InlineData("public_key")]
    [InlineData("signature")]
    [InlineData("body_hash")]
    [InlineData("body")]
    public void A_bit_of_a_members_name_is_found_and_named_with_its_byte(string name)
    {
        var start = IndexOf($"\"{name}\":") + 1;
        for (var i = 0; i < name.Length; i++)
        {
            // The lowest bit makes another letter of each of these.
            var changed = (byte[])_bundle.Clone();
            changed[start + i] ^= 0x01;
            Assert.Equal(EvidenceStatus.Malformed, ProofFile.Verify(changed).Status);
            var token = Encoding.UTF8.GetString(changed, start, name.Length);
            AssertDamage($"byte {start + i}: one bit was flipped in \"{token}\"; turned back, the bundle holds", changed);
        }
    }

    [Theory]
    [InlineData("ario.evidence/v1", 0, 0x01)]
    [InlineData("ario.evidence/v1", 13, 0x20)] // a control character
    [InlineData("ario.evidence/v1", 15, 0x02)]
    [InlineData("ed25519", 0, 0x20)]
    [InlineData("ed25519", 6, 0x08)]
    public void A_bit_of_the_version_or_of_the_kind_of_signature_is_found(string value, int at, byte bit)
    {
        var start = IndexOf($":\"{value}\"") + 2;
        var changed = (byte[])_bundle.Clone();
        changed[start + at] ^= bit;
        if (changed[start + at] < 0x20)
        {
            // No JSON any more: then the marks say what it was.
            Assert.Equal("damaged", FamilyDamage.Find(changed)!.Reason);
            return;
        }

        var token = Encoding.UTF8.GetString(changed, start, value.Length);
        AssertDamage($"byte {start + at}: one bit was flipped in \"{token}\"; turned back, the bundle holds", changed);
    }

    [Theory]
    [InlineData("\"spec_version\":", 1, 2)]
    [InlineData(":\"ario.evidence/v1\"", 2, 17)]
    public void Two_flipped_bits_are_another_format_and_not_damage(string token, int first, int second)
    {
        var start = IndexOf(token);
        var changed = (byte[])_bundle.Clone();
        changed[start + first] ^= 0x01;
        changed[start + second] ^= 0x01;
        Assert.Equal(EvidenceStatus.Malformed, ProofFile.Verify(changed).Status);
        Assert.Null(FamilyDamage.Find(changed));
    }

    [Fact]
    public void A_bit_that_turned_back_leaves_a_bundle_that_still_does_not_hold_is_not_the_damage()
    {
        var changed = (byte[])_bundle.Clone();
        changed[IndexOf("\"spec_version\":") + 1] ^= 0x01;
        var signature = IndexOf("\"signature\":\"") + 13;
        changed[signature] = (byte)(changed[signature] == 'a' ? 'b' : 'a');
        Assert.Null(FamilyDamage.Find(changed));
    }

    /// <summary>Only the wrapper's own members: a name inside the body is under its hash, and a body that lost its form is its maker's.</summary>
    [Fact]
    public void A_name_inside_the_body_is_not_turned_back()
    {
        var body = _maker.Wrap("{\"checkpoints\":[],\"eventr\":[]}"u8.ToArray());
        Assert.Equal(EvidenceStatus.Malformed, ProofFile.Verify(body).Status);
        Assert.Null(FamilyDamage.Find(body));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void What_is_cut_off_is_damaged_where_it_ends(int missing)
    {
        var cut = _bundle[..^(1 + missing)];
        var check = FamilyDamage.Find(cut)!;
        Assert.Equal(("form", CheckOutcome.Failed, "damaged"), (check.Name, check.Outcome, check.Reason));
        Assert.EndsWith($"JSON refused at byte {cut.Length}: the text ends inside a value", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_that_was_passed_is_no_damage()
    {
        // 129 levels, with every mark of the wrapper.
        var deep = Encoding.UTF8.GetString(_bundle)[..^1] + ",\"x\":" + new string('[', 128) + new string(']', 128) + "}";
        Assert.Equal(EvidenceStatus.Malformed, ProofFile.Verify(Encoding.UTF8.GetBytes(deep)).Status);
        Assert.Null(FamilyDamage.Find(Encoding.UTF8.GetBytes(deep)));
    }

    [Fact]
    public void A_broken_file_without_the_familys_marks_is_nobodys()
    {
        Assert.Null(FamilyDamage.Find("{\"payload_hash\":1,\"event_id\":2,\"signature\":"u8));
        Assert.Null(FamilyDamage.Find("{\"hallmark.evidence/v1\",\"hashes_only\",\"verifier_key\""u8));
        Assert.NotNull(FamilyDamage.Find("{\"body_hash\",\"body_type\",\"generated_at\""u8));
        Assert.NotNull(FamilyDamage.Find("{\"leaf_index\",\"audit_path\",\"checkpoint_tx_id\""u8));
    }

    /// <summary>Each name that one bit could mend costs a reading of the whole file; with thousands of them nobody would wait for the answer.</summary>
    [Fact]
    public void A_file_of_nothing_but_names_that_could_be_mended_is_not_tried_to_its_end()
    {
        var text = new StringBuilder("{").Insert(1, "\"cody\":1,", 20_000).Append("\"x\":1}");
        Assert.Null(FamilyDamage.Find(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void AssertDamage(string detail, byte[] file)
    {
        var check = FamilyDamage.Find(file)!;
        Assert.Equal(("form", CheckOutcome.Failed, "damaged", detail), (check.Name, check.Outcome, check.Reason, check.Detail));
    }

    private int IndexOf(string text)
    {
        var at = Encoding.UTF8.GetString(_bundle).LastIndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, $"the bundle has no {text}");
        return at;
    }
}
