using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Failures;
using Hallmark.Evidence.Predictions;
using Hallmark.Evidence.Verification;

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

        var receipt = AnchorReceiptVerifier.Read(bytes, out var damage);
        if (receipt is null)
        {
            return VerdictAnswer.Write(host, result, damage!, result.GetRequiredValue(_file)); // ! there is damage where there is no receipt
        }

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
            var verifier = new AnchorReceiptVerifier(_trust.Read(result, session));
            return VerdictAnswer.Write(
                host,
                result,
                await verifier.VerifyAsync(receipt, content, file.ToString(), token).ConfigureAwait(false)
            );
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
            return VerdictAnswer.Write(host, result, verdict, result.GetRequiredValue(_file));
        }
    }
}
