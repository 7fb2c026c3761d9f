using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Core.Policies;
using Hallmark.Evidence.Predictions;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark verify receipt</c>: one receipt from a file: a prediction's by itself, an anchor's against the bytes that were handed over.</summary>
internal sealed class VerifyReceiptCommand(CommandHost host)
{
    private const int MaxContentSize = 16 << 20;

    private readonly Argument<FileInfo> _file = new("file") { Description = "The receipt, as hallmark receipts get or export writes it." };
    private readonly Option<FileInfo?> _content = new("--content")
    {
        Description = "What an anchor's receipt is for: the envelope or the checkpoint, byte for byte.",
        HelpName = "file",
    };

    private readonly Option<FileInfo?> _disclosure = new("--disclosure")
    {
        Description = "A field that was laid open by hallmark receipts disclose, to be proven too; the receipt must hold its record.",
        HelpName = "file",
    };

    private readonly TrustOptions _trust = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "receipt",
            "Verify the receipt of a prediction or of an anchor from a file. Whom to trust comes from you, never from the receipt.",
            "hallmark verify receipt arweave.receipt.json --content envelope.json"
        )
        {
            _file,
            _content,
            _disclosure,
        };
        _trust.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var bytes = await BundleFile
            .ReadAsync(result.GetRequiredValue(_file), PredictionReceiptJson.MaxSizeInBytes, token)
            .ConfigureAwait(false);
        if (PredictionReceiptJson.IsReceipt(bytes))
        {
            return await VerifyPredictionAsync(result, bytes, token).ConfigureAwait(false);
        }

        var receipt = AnchorReceiptJson.Parse(bytes);
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

    private async Task<int> VerifyPredictionAsync(ParseResult result, byte[] receipt, CancellationToken token)
    {
        if (result.GetValue(_content) is { } content)
        {
            throw new BadInputException(
                $"the receipt of a prediction holds all that it is for; {content} is of no use",
                "leave --content out"
            );
        }

        var session = await _trust.OpenSessionAsync(host, result, token).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var verifier = new PredictionReceiptVerifier(_trust.Read(result, session));
            var verified = await verifier.VerifyAsync(receipt, token).ConfigureAwait(false);
            var verdict = result.GetValue(_disclosure) is { } file
                ? await DisclosureCheck.AddAsync(verified, file, token).ConfigureAwait(false)
                : verified.Verdict;
            return VerdictAnswer.Write(host, result, verdict);
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
