using Hallmark.Artifacts;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Status;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Loading;

/// <summary>
/// A model that runs, after it was verified. Its files were copied into a private folder first, hashed there, and only that copy is handed to the runner: what was verified
/// is what runs, whatever happens to the source meanwhile. Disposing it ends the runner and removes the copy.
/// </summary>
public sealed class VerifiedModel : IAsyncDisposable
{
    private readonly PrivateFolder _folder;
    private bool _isDisposed;

    private VerifiedModel(
        PrivateFolder folder,
        ModelIdentity identity,
        ModelFolder files,
        IModelRunner runner,
        Verdict verdict,
        AssetGate? gate
    )
    {
        _folder = folder;
        (Identity, Files, Runner, Verdict, Gate) = (identity, files, runner, verdict, gate);
    }

    /// <summary>Which model it is, as it goes into its predictions' records.</summary>
    public ModelIdentity Identity { get; }

    /// <summary>The private copy of its files.</summary>
    public ModelFolder Files { get; }

    /// <summary>Runs it.</summary>
    public IModelRunner Runner { get; }

    /// <summary>All checks that it passed, and what they do not prove.</summary>
    public Verdict Verdict { get; }

    /// <summary>The monitoring agent's word, to be asked again before predictions; null where there is no agent.</summary>
    public AssetGate? Gate { get; }

    /// <summary>
    /// Loads a model: the agent's word, the URI, a private copy of the files, the copy's hash against the anchored one, signature and lineage of the proof, the policy, and
    /// only then the runner (mlflow-events.md §15). Any failure before the end removes the copy.
    /// </summary>
    /// <param name="uri">See <see cref="ModelUri"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <exception cref="IntegrityException">The files are not the anchored ones.</exception>
    /// <exception cref="ModelNotVerifiedException">Another check failed, or there is no proof.</exception>
    /// <exception cref="AssetStatusException">The agent does not let it through.</exception>
    /// <exception cref="BadInputException">The URI names no model, the model's files cannot be copied, or no runner can run it.</exception>
    /// <exception cref="UnavailableException">The store or a file is out of reach: nothing can be said of the model.</exception>
    /// <exception cref="ModelRunException">The verified model does not start.</exception>
    public static async Task<VerifiedModel> LoadAsync(string uri, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var parsed = ModelUri.Parse(uri);
        if (options.Gate is { } gate)
        {
            await gate.PassAsync(AssetGate.LoadPhase, cancellationToken).ConfigureAwait(false);
        }

        var resolved = await ModelResolver.ResolveAsync(parsed, options.OpenStore, cancellationToken).ConfigureAwait(false);
        var folder = PrivateFolder.Create(options.PrivateRoot);
        try
        {
            return await LoadAsync(resolved, folder, options, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Copies a model's files. What the hash leaves out is not copied either: nothing reaches the runner that was not hashed.</summary>
    internal static Task CopyAsync(ResolvedModel resolved, string folder, ModelLoadOptions options, CancellationToken cancellationToken) =>
        new ArtifactCopier(options.Limits, [HashingOptions.MlflowBookkeepingFile]).CopyAsync(resolved.Files, folder, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            await Runner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _folder.Dispose();
        }
    }

    private static async Task<VerifiedModel> LoadAsync(
        ResolvedModel resolved,
        PrivateFolder folder,
        ModelLoadOptions options,
        CancellationToken cancellationToken
    )
    {
        var uri = resolved.Uri.Text;
        await CopyAsync(resolved, folder.Path, options, cancellationToken).ConfigureAwait(false);
        var files = await ArtifactSnapshot.OfFolderAsync(folder.Path, options.Progress, cancellationToken).ConfigureAwait(false);
        var verdict = await new ModelVerification(options)
            .VerifyAsync(resolved, folder.Path, files, cancellationToken)
            .ConfigureAwait(false);
        var isAnchored = LoadPolicy.Pass(uri, verdict, options.AllowsUnanchored);
        if (files.Hash is null)
        {
            throw new BadInputException($"{uri} has no files", "check the model's path");
        }

        if (!isAnchored)
        {
            options.Warn($"{uri} is loaded WITHOUT PROOF: nothing that was recorded commits to its files, and they may be anybody's");
        }

        var model = new ModelFolder(folder.Path, await MlModelFile.FindAsync(folder.Path, cancellationToken).ConfigureAwait(false))
        {
            Hash = files.Hash,
        };
        var factory = options.Runners.FirstOrDefault(candidate => candidate.CanRun(model)) ?? throw NoRunner(uri, model, options.Runners);
        var identity = resolved.ToIdentity(isAnchored ? true : null, files.Hash);
        var runner = await factory.StartAsync(model, cancellationToken).ConfigureAwait(false);
        return new VerifiedModel(folder, identity, model, runner, verdict, options.Gate);
    }

    private static BadInputException NoRunner(string uri, ModelFolder model, IReadOnlyList<IModelRunnerFactory> runners)
    {
        var flavors = MlModelFile.FlavorsOf(model.Description);
        var kinds = runners.Count == 0 ? "none is set up" : string.Join(", ", runners.Select(runner => runner.Kind));
        return new BadInputException(
            flavors.Count == 0
                ? $"{uri} cannot be run here: it has no file {MlModelFile.FileName} that names a flavor (runners: {kinds})"
                : $"{uri} cannot be run here: none of its flavors has a runner ({string.Join(", ", flavors)}; runners: {kinds})",
            "log the model with a flavor that can be run, or name a command that serves it"
        );
    }
}
