using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Tests.Anchoring;

public sealed class WitnessTests
{
    [Fact]
    public void A_witness_holds_only_where_the_worlds_proof_is_there_and_every_required_check_passed()
    {
        var passed = Ask("item", CheckOutcome.Passed);
        Assert.True(Make(ReceiptState.Confirmed, passed).Holds);
        Assert.True(Make(ReceiptState.Final, passed, Ask("live", CheckOutcome.NotRun) with { IsRequired = false }).Holds);
        Assert.False(Make(ReceiptState.Submitted, passed).Holds);
        Assert.False(Make(ReceiptState.Prepared, passed).Holds);
        Assert.False(Make(ReceiptState.Rejected, passed).Holds);
        Assert.False(Make(ReceiptState.Final, passed, Ask("header", CheckOutcome.NotRun)).Holds);
    }

    [Fact]
    public void A_failed_check_refutes_a_witness_even_where_the_check_was_not_required()
    {
        var witness = Make(
            ReceiptState.Final,
            Ask("item", CheckOutcome.Passed),
            Ask("tags", CheckOutcome.Failed) with
            {
                IsRequired = false,
            }
        );
        Assert.True(witness.IsRefuted);
        Assert.False(witness.Holds);
    }

    [Fact]
    public void A_witness_of_whom_nothing_was_asked_does_not_hold()
    {
        Assert.False(Make(ReceiptState.Final).Holds);
        Assert.False(Make(ReceiptState.Final, Ask("item", CheckOutcome.Passed) with { IsRequired = false }).Holds);
    }

    private static Check Ask(string name, CheckOutcome outcome) => new() { Name = name, Outcome = outcome };

    private static Witness Make(ReceiptState state, params Check[] checks) =>
        new()
        {
            Anchor = "a",
            World = "arweave",
            Network = "mainnet",
            Target = AnchorTarget.Envelope,
            State = state,
            IsOutside = true,
            Checks = [.. checks],
            Trust = "nobody",
        };
}
