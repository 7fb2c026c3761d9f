using System.Reflection;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Contract;
using Hallmark.Testing;
using Xunit.Sdk;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>
/// The contract on a real PostgreSQL. Run by hand and not by inheritance, because inherited facts cannot be skipped where no server is installed.
/// </summary>
public sealed class PostgresContractTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [PostgresFact]
    public Task All_that_the_contract_says_holds_for_2_14() => EverythingHoldsAsync("2.14/sqlite", 40);

    [PostgresFact]
    public Task All_that_the_contract_says_holds_for_2_22() => EverythingHoldsAsync("2.22/sqlite-direct", 40);

    [PostgresFact]
    public Task All_that_the_contract_says_holds_for_3_6() => EverythingHoldsAsync("3.6/sqlite", 40);

    private async Task EverythingHoldsAsync(string fixture, int atLeast)
    {
        var failures = new List<string>();
        var ran = 0;
        foreach (var method in typeof(OnPostgres).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
        {
            var data = method.GetCustomAttributes<DataAttribute>().SelectMany(attribute => attribute.GetData(method)).ToList();
            foreach (
                var arguments in data.Count == 0
                    ?
                    [
                        [],
                    ]
                    : data
            )
            {
                ran++;
                try
                {
                    await (Task)method.Invoke(new OnPostgres(postgres, fixture), arguments)!; // every fact of the contract is a Task
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    failures.Add($"{method.Name}({string.Join(", ", arguments)}): {failure}");
                }
            }
        }

        Assert.Empty(failures);
        Assert.True(ran >= atLeast, $"only {ran} facts ran");
    }

    private sealed class OnPostgres(PostgresFixture postgres, string fixture) : WritableStoreContract(fixture)
    {
        protected override bool KeepsEveryDouble => false;

        protected override IMlflowStore Open() => OpenAt(postgres.Shared(Version, Kind), Ids.Folder);

        protected override IMlflowStore OpenCopy(TemporaryFolder folder) =>
            OpenAt(postgres.CopyOf(Version, Kind), folder.CopyOf(Ids.Folder));

        private string Version => Path.GetFileName(Path.GetDirectoryName(Ids.Folder))!; // the fixture's path has two parts

        private string Kind => Path.GetFileName(Ids.Folder);

        private static IMlflowStore OpenAt(string uri, string folder) =>
            MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri, Relocations = SqliteStoreContract.Relocations(folder) });
    }
}
