using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Tests.Verification;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>One store has one place, however its tracking URI was written; two have two. The user would find each <c>./mlruns</c> taken for every other.</summary>
public sealed class StorePlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_folder_has_one_place_by_path_by_URI_relatively_and_through_a_link()
    {
        var store = Copy("one");
        var link = Path.Combine(_folder.Path, "link");
        Directory.CreateSymbolicLink(link, store);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, store);
        string[] spellings = [store, store + "/", "file://" + store, "file:" + store, relative, "./" + relative, link];
        Assert.Equal([store], spellings.Select(spelling => Open(spelling).Place).Distinct());
        Assert.Empty(Open(store).FormerPlaces);
        Assert.NotEqual(store, Open(Copy("two")).Place);
    }

    [Fact]
    public void A_database_has_one_place_relatively_and_absolutely_and_can_be_opened_by_it()
    {
        var file = Path.Combine(_folder.Path, "mlflow.db");
        File.WriteAllBytes(file, []);
        var place = Open("sqlite:///" + file).Place;
        Assert.Equal("sqlite:///" + file, place);
        Assert.Equal(place, Open("sqlite:///" + Path.GetRelativePath(Environment.CurrentDirectory, file)).Place);
        Assert.Equal(place, Open(place).Place);
    }

    [Theory]
    [InlineData("http://User:secret@Host:80/base/", "http://host/base")]
    [InlineData("https://host:8443", "https://host:8443")]
    [InlineData("postgresql+psycopg2://user:secret@db:5432/mlflow", "postgresql+psycopg2://db:5432/mlflow")]
    public void An_address_is_its_place_without_credentials(string trackingUri, string place) =>
        Assert.Equal(place, Open(trackingUri).Place);

    [Theory]
    [InlineData("http://new:5000", "http://old:5000=http://new:5000", "http://old:5000")]
    [InlineData("http://new:5000/team", "https://old=http://new:5000", "https://old/team")]
    [InlineData("http://new:5000", "http://old:5000=http://other:5000", null)]
    [InlineData("http://new:5000/teams", "http://old=http://new:5000/team", null)]
    public void A_relocation_of_the_store_says_where_it_was(string trackingUri, string relocation, string? former) =>
        Assert.Equal(former is null ? [] : [former], Open(trackingUri, relocation).FormerPlaces);

    [Fact]
    public void A_moved_folder_and_a_moved_database_know_where_they_were()
    {
        var store = Copy("moved");
        Assert.Equal(["/srv/mlflow/moved"], Open(store, "/srv/mlflow=" + _folder.Path).FormerPlaces);
        Assert.Equal(["/srv/mlruns"], Open(store, "/srv/mlruns=" + store).FormerPlaces);
        File.WriteAllBytes(Path.Combine(_folder.Path, "mlflow.db"), []);
        Assert.Equal(
            ["sqlite:////srv/mlflow/mlflow.db"],
            Open($"sqlite:///{_folder.Path}/mlflow.db", "/srv/mlflow=" + _folder.Path).FormerPlaces
        );
    }

    [Fact]
    public async Task What_waits_to_be_written_back_names_the_store_from_whatever_folder_it_is_done_later()
    {
        using var files = new FixtureStore("2.14/file");
        await using var found = files.Open();
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, found.Place);
        await using var store = Open(relative, "/srv/mlflow/mlruns=" + found.Place);
        var (log, clock) = (new MemoryEventLog(), new ScriptedClock());
        var recorder = new MlflowEventRecorder(store, TestSigner.First, log, clock, clock, new RecorderOptions());
        await recorder.RecordTrainingAsync(files.Ids.Runs["tuned"], new TrainingOptions(), default);
        var work = WriteBackWork.FromOutbox(Assert.Single(log.Outbox));
        Assert.Equal(found.Place, work.TrackingUri);
    }

    public void Dispose() => _folder.Dispose();

    private string Copy(string name) => _folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), name);

    private static IMlflowStore Open(string trackingUri, params string[] relocations) =>
        MlflowStores.Open(new MlflowStoreOptions { TrackingUri = trackingUri, Relocations = [.. relocations.Select(Relocation.Parse)] });
}
