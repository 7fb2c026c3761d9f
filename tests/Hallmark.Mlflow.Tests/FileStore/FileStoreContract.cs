using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>The contract on file stores: as they lie in the project, artifacts relocated from where they were written.</summary>
public abstract class FileStoreContract(string version) : WritableStoreContract(version + "/file")
{
    protected override IMlflowStore Open() => OpenAt(Path.Combine(Ids.Folder, "mlruns"));

    protected override IMlflowStore OpenCopy(TemporaryFolder folder) => OpenAt(folder.CopyOf(Path.Combine(Ids.Folder, "mlruns")));

    private static IMlflowStore OpenAt(string root) =>
        MlflowStores.Open(new MlflowStoreOptions { TrackingUri = root, Relocations = [Relocation.Parse("/srv/mlflow/mlruns=" + root)] });
}
