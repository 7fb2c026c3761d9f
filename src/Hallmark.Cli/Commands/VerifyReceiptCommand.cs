using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Core.Policies;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark verify receipt</c>: one receipt from a file, against the bytes that were handed over.</summary>
internal sealed class VerifyReceiptCommand(CommandHost host)
{
    private const int MaxContentSize = 16 << 20;

    private readonly Argument<FileInfo> _file = new("file") { Description = "The receipt, as hallmark receipts export writes it." };
    private readonly Option<FileInfo?> _content = new("--content")
    {
        Description = "What it is a receipt for: the envelope or the checkpoint, byte for byte.",
        HelpName = "file",
    };

    private readonly TrustOptions _trust = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "receipt",
            "Verify an anchor's receipt from a file. Whom to trust comes from you, never from the receipt.",
            "hallmark verify receipt arweave.receipt.json --content envelope.json"
        )
        {
            _file,
            _content,
        };
        _trust.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var receipt = AnchorReceiptJson.Parse(
            await BundleFile.ReadAsync(result.GetRequiredValue(_file), AnchorReceiptJson.MaxSizeInBytes, token).ConfigureAwait(false)
        );
        if (result.GetValue(_content) is not { } file)
        {
            throw new UnavailableException(
                $"the receipt is for {receipt.Digest}; nothing says for which bytes that is",
                $"name the {AnchorReceiptJson.NameOf(receipt.Target)} with --content FILE"
            );
        }

        var content = await BundleFile.ReadAsync(file, MaxContentSize, token).ConfigureAwait(false);
        var session = await _trust.OpenSessionAsync(host, result, token).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var trust = _trust.Read(result, session);
            var witness = await trust.Receipts.VerifyAsync(receipt, content, trust.IsLive, token).ConfigureAwait(false);
            var verdict = new Verdict(
                $"receipt of {receipt.World}/{receipt.Network}",
                [CompareDigest(receipt, content, file), .. witness.Checks, Judge(witness)]
            )
            {
                Witnesses = [witness],
            };
            return VerdictAnswer.Write(host, result, trust.Policy is { } policy ? WithPolicy(verdict, policy, witness) : verdict);
        }
    }

    private static Check CompareDigest(AnchorReceipt receipt, byte[] content, FileInfo file)
    {
        var holds = Digest.Compute(DigestAlgorithm.Sha256, content).Equals(receipt.Digest);
        return holds
            ? Check.Passed("content", $"{file} has the digest {receipt.Digest}")
            : Check.Failed("content", "another_digest", $"the receipt is for {receipt.Digest}, not for {file}");
    }

    // What was promised or is still waited for is no proof: neither green nor red.
    private static Check Judge(Witness witness) =>
        new()
        {
            Name = "witness",
            Outcome = witness.Holds ? CheckOutcome.Passed : CheckOutcome.NotRun,
            Reason = witness.Holds ? null : "not_proven",
            Detail = witness.Holds ? $"{witness.World} vouches for it" : $"{AnchorReceiptJson.NameOf(witness.State)}: not proven here",
        };

    private static Verdict WithPolicy(Verdict verdict, WitnessPolicy policy, Witness witness) =>
        verdict with
        {
            Checks = [.. verdict.Checks, policy.Evaluate([witness with { Anchor = witness.World }])],
        };
}
