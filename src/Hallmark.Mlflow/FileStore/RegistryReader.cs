using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The model registry of a file store. What the <c>aliases</c> folder says counts; the copy in a model's meta.yaml does not.</summary>
internal sealed class RegistryReader(StoreFolder store)
{
    private const string VersionPrefix = "version-";

    /// <summary>The folder of a model with this name, there or not.</summary>
    /// <exception cref="BadInputException">No model of a file store can have such a name.</exception>
    public string FolderOf(string name) =>
        name.Length is 0 or > 250
        || name is "." or ".."
        || name.AsSpan().IndexOfAny("/\\:\0") >= 0
        || name.Any(char.IsControl)
        || !MlflowNames.IsUnicode(name)
        || name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal)
            ? throw new BadInputException(
                $"'{Printable.Text(name)}' cannot be the name of a registered model in a file store",
                "names are not empty and have no / \\ : or control characters"
            )
            : store.Inside(ExperimentReader.Models, name);

    /// <summary>A model's folder, or null where there is no such model.</summary>
    public string? FindFolder(string name) => FolderOf(name) is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>A version's folder, or null where there is no such version or it was deleted.</summary>
    public string? FindVersionFolder(string name, string version)
    {
        var number = MlflowNames.Version(version);
        return
            FindFolder(name) is { } model
            && VersionFolders(model).FirstOrDefault(entry => entry.Number == number).Path is { } folder
            && !IsDeleted(VersionMeta(folder))
            ? folder
            : null;
    }

    /// <summary>All models by name, or all prompts.</summary>
    public IReadOnlyList<RegisteredModel> List(bool prompts) =>
        [
            .. ModelFolders()
                .Select(Read)
                .Where(model => Prompts.AreTagsOf(model.Tags) == prompts)
                .OrderBy(model => model.Name, StringComparer.Ordinal),
        ];

    /// <summary>Reads a model.</summary>
    public RegisteredModel Read(string folder)
    {
        var meta = ModelMeta(folder);
        return new RegisteredModel(
            meta.Required("name"),
            meta.Text("description") ?? "",
            ValueFolder.Read(store, Path.Combine(folder, "tags")),
            Aliases(folder)
        );
    }

    /// <summary>A model's <c>meta.yaml</c>.</summary>
    public MetaFile ModelMeta(string folder)
    {
        var meta = MetaFile.Read(store, Path.Combine(folder, MetaFile.FileName));
        return meta.Required("name") == Path.GetFileName(folder) ? meta : throw meta.Fault("name", "does not fit its folder");
    }

    /// <summary>A version's <c>meta.yaml</c>.</summary>
    public MetaFile VersionMeta(string folder) => MetaFile.Read(store, Path.Combine(folder, MetaFile.FileName));

    /// <summary>True for what was deleted and only left its traces.</summary>
    public static bool IsDeleted(MetaFile version) => version.Text("current_stage") == ModelStages.Deleted;

    /// <summary>Number and folder of each version of a model, deleted ones too, lowest first.</summary>
    public IReadOnlyList<(int Number, string Path)> VersionFolders(string modelFolder) =>
        [
            .. store
                .List(modelFolder)
                .Where(entry => entry.IsFolder && entry.Name.StartsWith(VersionPrefix, StringComparison.Ordinal))
                .Select(entry => (Number: NumberOf(entry), entry.Path))
                .OrderBy(version => version.Number),
        ];

    /// <summary>All versions of a model that are not deleted, lowest first.</summary>
    public IReadOnlyList<ModelVersion> Versions(string modelFolder)
    {
        var aliases = Aliases(modelFolder);
        return [.. VersionFolders(modelFolder).Select(version => ReadVersion(version.Path, aliases)).OfType<ModelVersion>()];
    }

    /// <summary>All versions of a model, or of a prompt; none where there is no such one, or it is of the other kind.</summary>
    public IReadOnlyList<ModelVersion> Versions(string name, bool prompts) =>
        FindFolder(name) is { } folder && Prompts.AreTagsOf(ValueFolder.Read(store, Path.Combine(folder, "tags"))) == prompts
            ? Versions(folder)
            : [];

    /// <summary>All versions of all models, prompts too.</summary>
    public IEnumerable<ModelVersion> AllVersions() => ModelFolders().SelectMany(Versions);

    /// <summary>Reads a version; null where it was deleted.</summary>
    public ModelVersion? ReadVersion(string folder, IReadOnlyDictionary<string, string> aliases)
    {
        var meta = VersionMeta(folder);
        if (IsDeleted(meta))
        {
            return null;
        }

        var version = meta.Required("version");
        if (VersionPrefix + version != Path.GetFileName(folder))
        {
            throw meta.Fault("version", "does not fit its folder");
        }

        var name = meta.Required("name");
        if (name != Path.GetFileName(Path.GetDirectoryName(folder)))
        {
            throw meta.Fault("name", "does not fit its model's folder");
        }

        return new ModelVersion
        {
            Name = name,
            Version = version,
            CurrentStage = meta.Text("current_stage") ?? "None",
            Source = meta.Text("source"),
            RunId = meta.Text("run_id") is { Length: > 0 } run ? run : null,
            Description = meta.Text("description") ?? "",
            Status = meta.Text("status") ?? "READY",
            CreationTimestamp = meta.Number("creation_timestamp"),
            LastUpdatedTimestamp = meta.Number("last_updated_timestamp"),
            Tags = ValueFolder.Read(store, Path.Combine(folder, "tags")),
            Aliases = [.. aliases.Where(alias => alias.Value == version).Select(alias => alias.Key).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Alias to version number.</summary>
    public IReadOnlyDictionary<string, string> Aliases(string modelFolder)
    {
        var folder = Path.Combine(modelFolder, "aliases");
        var aliases = ValueFolder.Read(store, folder);
        var broken = aliases.FirstOrDefault(alias =>
            alias.Key.Contains('/', StringComparison.Ordinal) || alias.Value.Length is 0 or > 10 || !alias.Value.All(char.IsAsciiDigit)
        );
        return broken.Key is null
            ? aliases
            : throw new MlflowFormatException(
                $"The alias {store.NameOf(Path.Combine(folder, broken.Key))} in the MLflow store names no version: '{Printable.Text(broken.Value)}'"
            );
    }

    /// <summary>The folders of all models, prompts too; what is just being made is left out.</summary>
    public IEnumerable<string> ModelFolders() =>
        store
            .List(store.Inside(ExperimentReader.Models))
            .Where(entry => entry.IsFolder && !entry.Name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal))
            .Select(entry => entry.Path);

    private int NumberOf(StoreEntry entry) =>
        int.TryParse(entry.Name.AsSpan(VersionPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MlflowFormatException($"{store.NameOf(entry.Path)} in the MLflow store has no version's number");
}
