using Hallmark.Anchors;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Answers;

/// <summary>Who is asked about a receipt, and whose answer counts.</summary>
public sealed class ReceiptVerifiersTests
{
    private static readonly byte[] Content = "content"u8.ToArray();

    /// <summary>What several trusted authorities find of one receipt: a sound answer before an open one before a refuting one, the first of equals.</summary>
    [Theory]
    [InlineData("holds")]
    [InlineData("open holds", "holds")]
    [InlineData("holds open", "holds")]
    [InlineData("refuted holds", "holds")]
    [InlineData("refuted open", "open")]
    [InlineData("open refuted", "open")]
    [InlineData("refuted refuted#2", "refuted")]
    [InlineData("open open#2", "open")]
    [InlineData("holds holds#2", "holds")]
    [InlineData("refuted open holds open#2", "holds")]
    public async Task The_best_answer_of_a_worlds_verifiers_counts(string answers, string? best = null)
    {
        var verifiers = new ReceiptVerifiers(answers.Split(' ').Select(answer => new Answering("notary", answer)));
        var witness = await VerifyAsync(verifiers, Receipt("notary"));
        Assert.Equal(best ?? answers, witness.Remark);
    }

    [Fact]
    public async Task Only_verifiers_of_the_receipts_own_world_are_asked()
    {
        var verifiers = new ReceiptVerifiers([
            new Answering("moon", "holds"),
            new Answering("notary", "open"),
            new Answering("Notary", "holds"),
        ]);
        Assert.Equal("open", (await VerifyAsync(verifiers, Receipt("notary"))).Remark);
    }

    [Fact]
    public async Task A_receipt_that_nobody_checks_is_shown_and_vouched_for_by_nobody()
    {
        var receipt = Receipt("notary") with { Reference = "there", Remark = "so it says", State = ReceiptState.Confirmed };
        var witness = await VerifyAsync(ReceiptVerifiers.None, receipt);

        Assert.Equal(("a", "notary", "net", "there"), (witness.Anchor, witness.World, witness.Network, witness.Reference));
        Assert.Equal((ReceiptState.Confirmed, "so it says"), (witness.State, witness.Remark));
        Assert.False(witness.IsOutside || witness.Holds || witness.IsRefuted);
        var check = Assert.Single(witness.Checks);
        Assert.Equal(("receipt_trust", CheckOutcome.NotRun, "nobody_vouches"), (check.Name, check.Outcome, check.Reason));
        Assert.Equal("nobody here vouches for notary: name what to trust in the settings or with --trust", check.Detail);
    }

    [Theory]
    [InlineData("notary", "nouary")] // t is 0x74, u 0x75
    [InlineData("notary", "notar9")] // y is 0x79, 9 0x39
    [InlineData("notary", "Notary")]
    public async Task A_world_with_one_bit_flipped_is_damage_and_no_stranger(string known, string found)
    {
        var witness = await VerifyAsync(new ReceiptVerifiers([new Answering(known, "holds")]), Receipt(found));
        Assert.True(witness.IsRefuted);
        var check = Assert.Single(witness.Checks);
        Assert.Equal(("world", "damaged"), (check.Name, check.Reason));
        Assert.Equal($"world: \"{found}\" is {known} with one bit flipped", check.Detail);
    }

    [Theory]
    [InlineData("notary", "nowary")] // two bits of one letter
    [InlineData("notary", "notar")]
    [InlineData("notary", "notaryy")]
    [InlineData("notary", "nouarx")] // one bit in each of two letters
    public async Task A_world_that_differs_more_is_another_world(string known, string found) =>
        Assert.False((await VerifyAsync(new ReceiptVerifiers([new Answering(known, "holds")]), Receipt(found))).IsRefuted);

    [Fact]
    public async Task A_live_world_is_asked_only_where_that_is_wanted()
    {
        var verifiers = new ReceiptVerifiers([new Answering("notary", "holds")]);
        Assert.Equal("holds", (await VerifyAsync(verifiers, Receipt("notary"))).Remark);
        Assert.Equal("live holds", (await VerifyAsync(verifiers, Receipt("notary"), isLive: true)).Remark);
    }

    /// <summary>One authority that is silent does not keep another from vouching, and where it is the only one the answer is open.</summary>
    [Fact]
    public async Task A_world_that_does_not_answer_leaves_the_answer_open_and_another_may_give_it()
    {
        var silent = new Answering("notary", "silent");
        var alone = await VerifyAsync(new ReceiptVerifiers([silent]), Receipt("notary"), isLive: true);
        Assert.False(alone.Holds || alone.IsRefuted);
        var check = alone.Checks[^1];
        Assert.Equal(("live", CheckOutcome.NotRun, "out_of_reach", true), (check.Name, check.Outcome, check.Reason, check.IsOutOfReach));
        Assert.Equal("nobody at home", check.Detail);

        foreach (var verifiers in new[] { new[] { silent, new Answering("notary", "holds") }, [new Answering("notary", "holds"), silent] })
        {
            Assert.Equal("live holds", (await VerifyAsync(new ReceiptVerifiers(verifiers), Receipt("notary"), isLive: true)).Remark);
        }
    }

    [Fact]
    public async Task Cancelling_is_no_silence_of_the_world()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ReceiptVerifiers([new Answering("notary", "holds")]).VerifyAsync(Receipt("notary"), Content, isLive: true, cancelled.Token)
        );
    }

    private static Task<Witness> VerifyAsync(ReceiptVerifiers verifiers, AnchorReceipt receipt, bool isLive = false) =>
        verifiers.VerifyAsync(receipt, Content, isLive, CancellationToken.None);

    private static AnchorReceipt Receipt(string world) =>
        Notary.Receipt(AnchorTarget.Envelope, Content, null, anchor: "a", world: world) with
        {
            Network = "net",
        };

    /// <summary>Answers as it is told, whatever it is asked.</summary>
    private sealed class Answering(string world, string answer) : IReceiptVerifier
    {
        public string World => world;

        public Witness Verify(AnchorReceipt receipt, ReadOnlyMemory<byte> content) => Answer(answer);

        public Task<Witness> VerifyLiveAsync(AnchorReceipt receipt, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return answer == "silent"
                ? throw new AnchorUnavailableException("nobody at home")
                : Task.FromResult(Answer(answer) with { Remark = "live " + answer });
        }

        private Witness Answer(string name) =>
            new()
            {
                Anchor = "a",
                World = world,
                Network = "net",
                Target = AnchorTarget.Envelope,
                State = ReceiptState.Final,
                IsOutside = true,
                Checks =
                [
                    new Check
                    {
                        Name = "seen",
                        Outcome = name.Split('#')[0] switch
                        {
                            "refuted" => CheckOutcome.Failed,
                            "open" => CheckOutcome.NotRun,
                            _ => CheckOutcome.Passed,
                        },
                    },
                ],
                Trust = "a test",
                Remark = name,
            };
    }
}
