using System.CommandLine;
using Hallmark.Core.Signatures;
using Hallmark.Home;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Cli.Commands;

/// <summary><c>--signer</c>: who may have signed.</summary>
internal static class SignerOption
{
    /// <summary>The option, one for each command that verifies.</summary>
    public static Option<string?> Create() =>
        new("--signer")
        {
            Description = "Only this signer counts: a public key (64 hex digits), a name of trusted_keys, or of a key of this home.",
            HelpName = "key-or-name",
        };

    /// <summary>The judgement of a public key: by <c>--signer</c> where it is given, else by the settings' trusted keys, else nobody vouches for anybody.</summary>
    /// <exception cref="Core.Failures.BadInputException">The signer is neither a key, nor a trusted name, nor the name of a key of the home.</exception>
    public static Func<string, DateTimeOffset?, SignerOpinion> Read(Session session, string? signer)
    {
        if (signer is not null)
        {
            var only = session.TrustedKeys.ResolveSigner(signer, session.Keys.Folder);
            var known = session.TrustedKeys.Find(only);

            // A key of the list counts only for its own time, also where it is the one that was asked for.
            return (hex, signedAt) =>
                new SignerOpinion(
                    hex == only.Hex && (known is null || session.TrustedKeys.Judge(only, signedAt).IsTrusted)
                        ? SignerStanding.Trusted
                        : SignerStanding.Refused,
                    known?.Name
                );
        }

        if (session.TrustedKeys.Keys.IsEmpty)
        {
            return (_, _) => SignerOpinion.Unknown;
        }

        return (hex, signedAt) =>
        {
            if (!Ed25519PublicKey.TryParseHex(hex, out var key))
            {
                return new SignerOpinion(SignerStanding.Refused, Name: null);
            }

            var trust = session.TrustedKeys.Judge(key, signedAt);
            return new SignerOpinion(trust.IsTrusted ? SignerStanding.Trusted : SignerStanding.Refused, trust.Key?.Name);
        };
    }
}
