using Hallmark.Core.Checks;
using Hallmark.Evidence.Verification;

namespace Hallmark.Evidence.Tests.Flips;

/// <summary><c>verify bundle</c>: each bit of an evidence bundle of ours, with receipts, proofs and records in it.</summary>
public sealed class BundleFlipTests
{
    /// <summary>Three bits of each byte: the whole file is under one signature, and what the parts hold by themselves is asked under a new seal (<c>BitFlipTests</c>).</summary>
    [Fact]
    public async Task Every_flipped_bit_of_an_evidence_bundle_fails_and_is_named()
    {
        await using var scene = await BundleScene.CreateAsync();
        var bundle = await BundleScene.SealAsync(await scene.ComposeAsync("dataset:credit"));

        var (failed, neutral) = await BitFlips.AssertEachFailsAsync(bundle, VerifyAsync, bitsPerByte: 3);

        Assert.Equal((bundle.Length * 3, 0), (failed, neutral));
    }

    /// <summary>As the command line does it: what is not recognised as a bundle of ours goes to the family's verifier.</summary>
    internal static async Task<Verdict> VerifyAsync(byte[] bundle) =>
        BundleKinds.Detect(bundle) is BundleKind.Hallmark
            ? (await new BundleVerifier(BundleScene.Trust).VerifyAsync(bundle, CancellationToken.None)).Verdict
            : FamilyFlipTests.Verify(bundle);
}
