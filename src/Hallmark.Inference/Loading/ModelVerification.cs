using Hallmark.Core.Checks;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Loading;

/// <summary>The verdict on a model whose files were copied: whatever is asked of files is asked of the copy.</summary>
/// <param name="options">What may be looked at, and who may sign.</param>
internal sealed class ModelVerification(ModelLoadOptions options)
{
    /// <summary>The check of a proof's signer where the ledger does not hold the proof.</summary>
    public const string KnownSigner = "known_signer";

    private bool _hasUnknownSigner;

    /// <summary>Verifies the copy against what was recorded of the model.</summary>
    /// <param name="model">What the URI stands for.</param>
    /// <param name="folder">The copy.</param>
    /// <param name="files">The copy's files.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Verdict> VerifyAsync(ResolvedModel model, string folder, ArtifactSnapshot files, CancellationToken cancellationToken)
    {
        if (model.Uri.Kind is ModelUriKind.Folder)
        {
            return await VerifyFolderAsync(model, folder, cancellationToken).ConfigureAwait(false);
        }

        var scope = new VerificationScope
        {
            Store = options.OpenStore(),
            Log = options.Log,
            Judge = Judge,
            Witnesses = options.Witnesses,
            Held = new HeldArtifacts(model.Files.Path, files),
        };
        if (model.Uri.Kind is ModelUriKind.Run or ModelUriKind.LoggedModel)
        {
            return model.RunId is { } runId
                ? WithKnownSigner(await new RunVerifier(scope).VerifyAsync(runId, cancellationToken).ConfigureAwait(false))
                : NotAnchored(model, "it names no run, and so no training");
        }

        var (name, version) = (model.Name!, model.Version!); // a registered version has both
        var verdict = WithKnownSigner(
            await new ModelVersionVerifier(scope).VerifyAsync(name, version, cancellationToken).ConfigureAwait(false)
        );
        var pointers = new RegistryPointers(scope);
        return model.Uri.Kind switch
        {
            ModelUriKind.Alias => With(
                verdict,
                await pointers.CheckAliasAsync(name, model.Uri.Selector, version, cancellationToken).ConfigureAwait(false)
            ),
            ModelUriKind.Stage => With(
                verdict,
                await pointers.CheckStageAsync(name, model.Uri.Selector, version, cancellationToken).ConfigureAwait(false)
            ),
            ModelUriKind.Latest => With(verdict, await pointers.CheckLatestAsync(name, version, cancellationToken).ConfigureAwait(false)),
            _ => verdict,
        };
    }

    // A folder that no run and no registry knows may have been recorded by its content, under its own name.
    private async Task<Verdict> VerifyFolderAsync(ResolvedModel model, string folder, CancellationToken cancellationToken) =>
        options.Log is { } log
            ? await new DatasetVerifier(log, Judge, options.Witnesses)
                .VerifyContentAsync(folder, Path.GetFileName(model.Uri.Name), isDataset: false, options.Progress, cancellationToken)
                .ConfigureAwait(false)
            : NotAnchored(model, "it is a folder, and there is no ledger that could have recorded it");

    private SignerOpinion Judge(string key, DateTimeOffset? signedAt)
    {
        var opinion = options.Judge(key, signedAt);
        _hasUnknownSigner |= opinion.Standing is SignerStanding.Unknown;
        return opinion;
    }

    // Anybody who can write to MLflow can put a proof there that a key of his own signed. The ledger vouches for what it holds; else somebody must have said who may sign.
    private Verdict WithKnownSigner(Verdict verdict)
    {
        var isLogged = verdict.Checks.Any(check => check.Name == CheckNames.Ledger && check.Outcome is CheckOutcome.Passed);
        return !isLogged && _hasUnknownSigner && verdict.Checks.Any(check => check.Name == CheckNames.Signature)
            ? With(
                verdict,
                new Check
                {
                    Name = KnownSigner,
                    Outcome = CheckOutcome.Failed,
                    Reason = "unknown_signer",
                    Detail = "no ledger at hand holds the proof, and nobody said whose signature counts: anybody may have made it",
                }
            )
            : verdict;
    }

    private static Verdict With(Verdict verdict, Check check) => verdict with { Checks = [.. verdict.Checks, check] };

    private static Verdict NotAnchored(ResolvedModel model, string why) =>
        new(
            "model " + model.Uri.Text,
            [
                new Check
                {
                    Name = CheckNames.ProofFound,
                    Outcome = CheckOutcome.Failed,
                    Reason = LoadPolicy.NotAnchored,
                    Detail = $"{model.Uri.Text} is not anchored: {why}",
                },
            ]
        );
}
