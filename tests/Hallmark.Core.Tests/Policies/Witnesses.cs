using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;

namespace Hallmark.Core.Tests.Policies;

/// <summary>Witnesses for policies to be asked of.</summary>
internal static class Witnesses
{
    public static DateTimeOffset SignedAt { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Witness Final(string world, string? anchor = null) =>
        new()
        {
            Anchor = anchor ?? world,
            World = world,
            Network = "mainnet",
            Target = AnchorTarget.Envelope,
            State = ReceiptState.Final,
            IsOutside = true,
            Checks = [new Check { Name = "receipt", Outcome = CheckOutcome.Passed }],
            ExistedBefore = SignedAt.AddHours(1),
            Trust = "that world",
        };

    public static Witness Pending(string world) => Final(world) with { State = ReceiptState.Submitted, ExistedBefore = null };

    public static Witness Refuted(string world) =>
        Final(world) with
        {
            Checks =
            [
                new Check { Name = "receipt", Outcome = CheckOutcome.Passed },
                new Check { Name = "signature", Outcome = CheckOutcome.Failed },
            ],
        };

    /// <summary>One whose required check did not run: nobody here vouches.</summary>
    public static Witness Unvouched(string world) =>
        Final(world) with
        {
            Checks = [new Check { Name = "trust", Outcome = CheckOutcome.NotRun }],
        };
}
