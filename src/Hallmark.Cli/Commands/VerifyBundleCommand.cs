using System.CommandLine;
using Hallmark.Cli.CommandLine;
using Hallmark.Evidence.Verification;

namespace Hallmark.Cli.Commands;

/// <summary><c>hallmark verify bundle</c>: evidence of ours and of the ar.io family, from the file alone.</summary>
internal sealed class VerifyBundleCommand(CommandHost host)
{
    private readonly Argument<FileInfo> _file = new("file") { Description = "The bundle." };
    private readonly TrustOptions _trust = new();
    private readonly FamilyOptions _family = new();

    /// <summary>The command.</summary>
    public Command Create()
    {
        var command = new HallmarkCommand(
            "bundle",
            "Verify an evidence bundle, ours or one of the ar.io family, from the file alone. Whom to trust comes from you, never from the bundle.",
            "hallmark verify bundle evidence.json --signer 8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
        )
        {
            _file,
        };
        _trust.AddTo(command);
        _family.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken token)
    {
        var bundle = await BundleFile.ReadBundleAsync(result.GetRequiredValue(_file), token).ConfigureAwait(false);
        var kind = BundleKinds.Detect(bundle);
        if (kind is not BundleKind.Hallmark)
        {
            return await new FamilyBundle(host, _family)
                .VerifyAsync(result, result.GetRequiredValue(_file), bundle, token)
                .ConfigureAwait(false);
        }

        var session = await _trust.OpenSessionAsync(host, result, token).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var verified = await new BundleVerifier(_trust.Read(result, session)).VerifyAsync(bundle, token).ConfigureAwait(false);
            return VerdictAnswer.Write(host, result, verified.Verdict, result.GetRequiredValue(_file));
        }
    }
}
