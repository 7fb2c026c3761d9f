using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Flipped bits.</summary>
public sealed partial class ArweaveReceiptVerifierTests
{
    [Theory]
    [InlineData(AnchorTarget.Envelope)]
    [InlineData(AnchorTarget.Checkpoint)]
    public async Task A_flipped_bit_anywhere_in_the_item_or_the_record_is_found(AnchorTarget target)
    {
        var (receipt, content) = await SubmitAsync(target);
        var random = new Random(20261121);
        foreach (var member in new[] { "item", "record" })
        {
            if (receipt.Proof[member] is not { } text)
            {
                continue;
            }

            var bytes = Convert.FromBase64String(text.GetValue<string>());
            for (var i = 0; i < bytes.Length; i++)
            {
                var bit = (byte)(1 << random.Next(8));
                bytes[i] ^= bit;
                var proof = (JsonObject)receipt.Proof.DeepClone();
                proof[member] = Convert.ToBase64String(bytes);
                var witness = _world.Verifier().Verify(receipt with { Proof = proof }, content);
                var failed = witness.Checks.Where(check => check.Outcome is CheckOutcome.Failed).Select(check => check.Name).ToList();
                Assert.True(
                    member == "record"
                        ? failed.SequenceEqual(["record"]) || failed.SequenceEqual(["record", "checkpoint"])
                        : failed.Any(name => name is "item" or "proof"),
                    $"byte {i} of the {member}, bit {bit}: {string.Join(", ", failed)}"
                );
                bytes[i] ^= bit;
            }
        }
    }

    [Theory]
    [InlineData(AnchorTarget.Envelope)]
    [InlineData(AnchorTarget.Checkpoint)]
    public async Task A_flipped_bit_anywhere_in_a_receipts_file_is_found_or_changes_only_what_nobody_attests(AnchorTarget target)
    {
        var (receipt, content) = await SubmitAsync(target);
        var before = _world.Verifier().Verify(receipt, content);
        var promise = ArweaveWorld.Proof(receipt).TurboReceipt!;
        var file = AnchorReceiptJson.Write(receipt);
        var random = new Random(20261121);
        for (var i = random.Next(2); i < file.Length; i += 2)
        {
            var bit = (byte)(1 << random.Next(8));
            file[i] ^= bit;
            AnchorReceipt changed;
            try
            {
                changed = AnchorReceiptJson.Parse(file);
            }
            catch (BadInputException)
            {
                continue;
            }
            finally
            {
                file[i] ^= bit;
            }

            var witness = _world.Verifier().Verify(changed, content);
            if (witness.IsRefuted)
            {
                continue;
            }

            var at = $"byte {i}, bit {bit}";
            Assert.True(witness.State <= before.State, at);
            Assert.True(witness.ExistedBefore is null || witness.ExistedBefore == before.ExistedBefore, at);
            Assert.Equal(
                (receipt.World, receipt.Network, receipt.Target, receipt.Digest, receipt.TreeSize, receipt.Reference),
                (changed.World, changed.Network, changed.Target, changed.Digest, changed.TreeSize, changed.Reference)
            );
            if (ArweaveWorld.Proof(changed).TurboReceipt is { } kept)
            {
                Assert.Equal(
                    (promise.Id, promise.Version, promise.TimestampMilliseconds, promise.DeadlineHeight, promise.BundlerAddress),
                    (kept.Id, kept.Version, kept.TimestampMilliseconds, kept.DeadlineHeight, kept.BundlerAddress)
                );
            }
        }
    }
}
