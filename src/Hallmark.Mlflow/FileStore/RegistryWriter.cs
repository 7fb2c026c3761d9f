using System.Globalization;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>
/// Writes to the model registry of a file store what MLflow writes. Whatever changes sets the model's <c>last_updated_timestamp</c> and renews the copy of
/// its aliases. MLflow locks nothing; two writers at one version or model at once: the later one wins, or is told that it came too late.
/// </summary>
internal sealed class RegistryWriter(
    StoreFolder store,
    RegistryReader registry,
    LoggedModelReader loggedModels,
    TagWriter tags,
    TimeProvider time
)
{
    private const int MaxAttempts = 32;
    private const string ModelReference = "models:/";

    /// <summary>Makes a model.</summary>
    public async Task<RegisteredModel> CreateModelAsync(string name, CancellationToken cancellationToken)
    {
        var folder = registry.FolderOf(name);
        var now = Now();
        var meta = new Dictionary<string, YamlNode>(StringComparer.Ordinal)
        {
            ["aliases"] = new YamlMap(new Dictionary<string, YamlNode>(StringComparer.Ordinal)),
            ["creation_timestamp"] = now,
            ["description"] = YamlScalar.Null,
            ["last_updated_timestamp"] = now,
            ["name"] = YamlScalar.Of(name),
        };
        if (IsMlflow3())
        {
            meta["deployment_job_id"] = YamlScalar.Null;
            meta["deployment_job_state"] = YamlScalar.Null;
        }

        if (!await TryMakeFolderAsync(folder, meta, cancellationToken).ConfigureAwait(false))
        {
            throw new MlflowConflictException($"There is a registered model '{Printable.Text(name)}' already");
        }

        return registry.Read(folder);
    }

    /// <summary>Makes the next version of a model.</summary>
    public async Task<ModelVersion> CreateVersionAsync(string name, string source, string? runId, CancellationToken cancellationToken)
    {
        MlflowNames.Source(source);
        var model = FolderOf(name);
        var logged = LoggedModelOf(source);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var number = MlflowNames.VersionAfter(name, registry.VersionFolders(model) is [.., var last] ? last.Number : 0);
            var folder = store.Inside(model, "version-" + number.ToString(CultureInfo.InvariantCulture));
            var now = Now();
            if (
                await TryMakeFolderAsync(folder, VersionMeta(name, number, source, runId, logged, now), cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                await TouchAsync(model, now, cancellationToken).ConfigureAwait(false);
                await TellLoggedModelAsync(logged, name, number, cancellationToken).ConfigureAwait(false);
                return registry.ReadVersion(folder, registry.Aliases(model))!; // It was made as a version that is not deleted.
            }
        }

        throw new MlflowConflictException($"Others kept taking the next version of '{Printable.Text(name)}'", "try again");
    }

    /// <summary>Moves a version to a stage.</summary>
    public async Task<ModelVersion> TransitionStageAsync(
        string name,
        string version,
        string stage,
        bool archiveExisting,
        CancellationToken cancellationToken
    )
    {
        var canonical = archiveExisting ? ModelStages.CanonicalToArchive(stage) : ModelStages.Canonical(stage);
        var (model, folder) = VersionFolderOf(name, version);
        var now = Now();

        // The version first: cut off in between, the stage is never empty, and whoever comes again finds those that are still to be archived.
        await SetStageAsync(folder, registry.VersionMeta(folder), canonical, now, cancellationToken).ConfigureAwait(false);
        if (archiveExisting)
        {
            foreach (var other in registry.VersionFolders(model).Select(entry => entry.Path).Where(path => path != folder))
            {
                var meta = registry.VersionMeta(other);
                if (meta.Text("current_stage") == canonical)
                {
                    await SetStageAsync(other, meta, ModelStages.Archived, now, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await TouchAsync(model, now, cancellationToken).ConfigureAwait(false);
        return registry.ReadVersion(folder, registry.Aliases(model))!; // Just written, not deleted.
    }

    /// <summary>Sets a tag of a model, or of a version where one is named.</summary>
    public async Task SetTagAsync(string name, string? version, string key, string value, CancellationToken cancellationToken)
    {
        MlflowNames.TagValue(MlflowNames.Key(key), value, MlflowNames.MaxModelTagLength);
        var (model, owner) = version is null ? (FolderOf(name), FolderOf(name)) : VersionFolderOf(name, version);
        await tags.SetAsync(owner, key, value, cancellationToken).ConfigureAwait(false);
        await TouchAsync(model, Now(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Points an alias at a version.</summary>
    public async Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellationToken)
    {
        MlflowNames.Alias(alias);
        var (model, _) = VersionFolderOf(name, version);
        await tags.WriteAsync(
                model,
                ["aliases", alias],
                MlflowNames.Version(version).ToString(CultureInfo.InvariantCulture),
                cancellationToken
            )
            .ConfigureAwait(false);
        await TouchAsync(model, Now(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes an alias.</summary>
    public async Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken)
    {
        MlflowNames.Alias(alias);
        var model = FolderOf(name);
        var file = store.Inside(model, "aliases", alias);
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MlflowUnavailableException($"The alias {store.NameOf(file)} cannot be removed from the MLflow store: {e.Message}", e);
        }

        await TouchAsync(model, Now(), cancellationToken).ConfigureAwait(false);
    }

    private string FolderOf(string name) =>
        registry.FindFolder(name)
        ?? throw new MlflowNotFoundException($"There is no registered model '{Printable.Text(name)}' in the MLflow store at {store.Root}");

    private (string Model, string Version) VersionFolderOf(string name, string version) =>
        (
            FolderOf(name),
            registry.FindVersionFolder(name, version)
                ?? throw new MlflowNotFoundException($"There is no version {version} of the registered model '{Printable.Text(name)}'")
        );

    private YamlScalar Now() => YamlScalar.Of(time.GetUtcNow().ToUnixTimeMilliseconds());

    private Task SetStageAsync(string folder, MetaFile meta, string stage, YamlScalar now, CancellationToken cancellationToken) =>
        tags.WriteMetaAsync(
            folder,
            meta.Map,
            new() { ["current_stage"] = YamlScalar.Of(stage), ["last_updated_timestamp"] = now },
            cancellationToken
        );

    private Task TouchAsync(string model, YamlScalar now, CancellationToken cancellationToken)
    {
        var aliases = registry
            .Aliases(model)
            .ToDictionary(alias => alias.Key, alias => (YamlNode)YamlScalar.Of(alias.Value), StringComparer.Ordinal);
        return tags.WriteMetaAsync(
            model,
            registry.ModelMeta(model).Map,
            new() { ["aliases"] = new YamlMap(aliases), ["last_updated_timestamp"] = now },
            cancellationToken
        );
    }

    private Dictionary<string, YamlNode> VersionMeta(
        string name,
        int number,
        string source,
        string? runId,
        LoggedModel? logged,
        YamlScalar now
    )
    {
        var meta = new Dictionary<string, YamlNode>(StringComparer.Ordinal)
        {
            ["creation_timestamp"] = now,
            ["current_stage"] = YamlScalar.Of("None"),
            ["description"] = YamlScalar.Null,
            ["last_updated_timestamp"] = now,
            ["name"] = YamlScalar.Of(name),
            ["run_id"] = (runId ?? logged?.SourceRunId) is { } run ? YamlScalar.Of(run) : YamlScalar.Null,
            ["run_link"] = YamlScalar.Null,
            ["source"] = YamlScalar.Of(source),
            ["status"] = YamlScalar.Of("READY"),
            ["status_message"] = YamlScalar.Null,
            ["storage_location"] = YamlScalar.Of(logged?.ArtifactUri ?? source),
            ["user_id"] = YamlScalar.Null,
            ["version"] = YamlScalar.Of(number),
        };
        if (logged is not null || IsMlflow3())
        {
            meta["deployment_job_state"] = YamlScalar.Null;
            meta["model_id"] = logged is null ? YamlScalar.Null : YamlScalar.Of(logged.ModelId);
        }
        else
        {
            meta["aliases"] = new YamlList([]);
        }

        return meta;
    }

    private LoggedModel? LoggedModelOf(string source)
    {
        if (
            !source.StartsWith(ModelReference + "m-", StringComparison.Ordinal)
            || source.AsSpan(ModelReference.Length).ContainsAny('/', '@')
        )
        {
            return null;
        }

        return loggedModels.Find(source[ModelReference.Length..])
            ?? throw new MlflowNotFoundException(
                $"There is no logged model '{Printable.Text(source[ModelReference.Length..])}' in the MLflow store at {store.Root}"
            );
    }

    // MLflow 3 keeps on a logged model where it was registered.
    private async Task TellLoggedModelAsync(LoggedModel? logged, string name, int number, CancellationToken cancellationToken)
    {
        if (logged is null || loggedModels.FindFolder(logged.ModelId) is not { } folder)
        {
            return;
        }

        const string Key = "mlflow.modelVersions";
        var entry =
            $"{{\"name\": {JsonSerializer.Serialize(name, FileStoreJson.Default.String)}, \"version\": {number.ToString(CultureInfo.InvariantCulture)}}}";
        var old = logged.Tags.GetValueOrDefault(Key)?.Trim();
        var isList = old is { Length: > 2 } && old.StartsWith('[') && old.EndsWith(']');
        await tags.SetAsync(folder, Key, isList ? $"{old![..^1].TrimEnd()}, {entry}]" : $"[{entry}]", cancellationToken)
            .ConfigureAwait(false); // isList says that it is there.
    }

    /// <summary>Whether MLflow 3 writes here: its models carry a deployment job. MLflow 3 reads both forms.</summary>
    private bool IsMlflow3() =>
        registry.ModelFolders().Any(folder => registry.ModelMeta(folder).Map.Entries.ContainsKey("deployment_job_id"));

    // Made aside and moved into place, so that nobody meets a folder without its meta.yaml, and only one of two makers wins.
    private async Task<bool> TryMakeFolderAsync(string folder, Dictionary<string, YamlNode> meta, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            return false;
        }

        var parent = Path.GetDirectoryName(folder)!; // Below the store's root.
        var making = Path.Combine(parent, AtomicFile.TemporaryName());
        try
        {
            Directory.CreateDirectory(making);
            await AtomicFile
                .ReplaceAsync(
                    Path.Combine(making, MetaFile.FileName),
                    Encoding.UTF8.GetBytes(YamlWriter.Write(new YamlMap(meta))),
                    making,
                    cancellationToken
                )
                .ConfigureAwait(false);
            Directory.Move(making, folder);
            return true;
        }
        catch (PathTooLongException e)
        {
            throw new BadInputException(
                $"{Printable.Text(store.NameOf(folder))} cannot be made in the MLflow store: the name is longer than the file system allows",
                e,
                "most file systems take 255 bytes; letters beyond ASCII have two to four each"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists(folder)
                ? false
                : throw new MlflowUnavailableException(
                    $"{store.NameOf(folder)} cannot be made in the MLflow store at {store.Root}: {e.Message}",
                    e
                );
        }
        finally
        {
            if (Directory.Exists(making))
            {
                Directory.Delete(making, recursive: true);
            }
        }
    }
}
