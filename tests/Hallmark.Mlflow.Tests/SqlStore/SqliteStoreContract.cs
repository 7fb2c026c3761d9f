using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on SQLite: as a server left it (artifacts behind the server) and as a client wrote it (artifacts in a folder).</summary>
public abstract class SqliteStoreContract(string fixture) : WritableStoreContract(fixture)
{
    /// <summary>SQL has no infinities and no negative zero.</summary>
    protected override bool KeepsEveryDouble => false;

    protected override IMlflowStore Open() => OpenAt(Ids.Folder);

    protected override IMlflowStore OpenCopy(TemporaryFolder folder) => OpenAt(folder.CopyOf(Ids.Folder));

    internal static IReadOnlyList<Relocation> Relocations(string folder) =>
        [Relocation.Parse("mlflow-artifacts:/=" + folder + "/artifacts"), Relocation.Parse("/srv/mlflow/direct=" + folder)];

    private static IMlflowStore OpenAt(string folder) =>
        MlflowStores.Open(
            new MlflowStoreOptions { TrackingUri = "sqlite:///" + Path.Combine(folder, "mlflow.db"), Relocations = Relocations(folder) }
        );
}
