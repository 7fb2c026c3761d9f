using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The experiments of a file store, the deleted ones in <c>.trash</c> too.</summary>
internal sealed class ExperimentReader(StoreFolder store)
{
    /// <summary>Where deleted experiments go.</summary>
    public const string Trash = ".trash";

    /// <summary>The registry's folder, and within an experiment the one of logged models.</summary>
    public const string Models = "models";

    /// <summary>True where the folder looks like a store at all.</summary>
    public bool IsStore => Directory.Exists(store.Inside(Models)) || Directory.Exists(store.Inside(Trash)) || Folders().Any();

    /// <summary>Id and folder of each experiment, by id.</summary>
    public IEnumerable<StoreEntry> Folders() =>
        store
            .List(store.Root)
            .Where(entry => entry.Name != Models)
            .Concat(store.List(store.Inside(Trash)))
            .Where(IsExperiment)
            .OrderBy(entry => entry.Name.Length)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>The folder of an experiment, or null.</summary>
    public string? FindFolder(string experimentId)
    {
        MlflowNames.ExperimentId(experimentId);
        return Folders().FirstOrDefault(folder => folder.Name == experimentId)?.Path;
    }

    /// <summary>Reads an experiment.</summary>
    public Experiment Read(StoreEntry folder)
    {
        var meta = MetaFile.Read(store, Path.Combine(folder.Path, MetaFile.FileName));
        var id = meta.Required("experiment_id");
        return id == folder.Name
            ? new Experiment(
                id,
                meta.Required("name"),
                meta.Text("artifact_location") ?? "",
                meta.Text("lifecycle_stage") ?? "active",
                ValueFolder.Read(store, Path.Combine(folder.Path, "tags"))
            )
            : throw meta.Fault("experiment_id", $"does not fit its folder '{folder.Name}'");
    }

    // Folders with the name of an experiment count even without a meta.yaml, so that its loss is seen and not passed over.
    private static bool IsExperiment(StoreEntry entry) =>
        entry.IsFolder && (entry.Name.All(char.IsAsciiDigit) || File.Exists(Path.Combine(entry.Path, MetaFile.FileName)));
}
