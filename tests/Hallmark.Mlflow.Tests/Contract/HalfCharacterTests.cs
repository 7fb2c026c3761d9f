using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.RestStore;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>
/// Half a surrogate pair is no text: no store holds one, and what sends or stores it all the same puts U+FFFD in its place, which is another name. It is bad input, everywhere.
/// </summary>
public sealed class HalfCharacterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var kind in new[] { "file", "sqlite", "server" })
            {
                // The last one holds a real U+FFFD beside the half character.
                foreach (var name in new[] { "\ud800", "half\udc00way", "\ufffd\ud83d" })
                {
                    cases.Add(kind, string.Join(' ', name.Select(unit => ((int)unit).ToString("x4", null))));
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_name_with_half_a_character_is_bad_input_and_is_never_taken_for_another_one(string kind, string units)
    {
        ArgumentNullException.ThrowIfNull(units);
        var name = string.Concat(units.Split(' ').Select(unit => (char)Convert.ToInt32(unit, 16)));
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsJsonAsync(new { }));
        var (store, ids) = Open(kind, server);
        await using (store)
        {
            var run = ids.Run("baseline");
            await RefusedAsync(() => store.FindRunAsync(name, default));
            await RefusedAsync(() => store.FindLoggedModelAsync(name, default));
            await RefusedAsync(() => store.ReadLoggedModelMetricsAsync(name, default));
            await RefusedAsync(() => store.ReadMetricHistoryAsync(run, name, default));
            await RefusedAsync(() => store.FindRegisteredModelAsync(name, default));
            await RefusedAsync(() => store.FindModelVersionAsync(name, "1", default));
            await RefusedAsync(() => store.ListModelVersionsAsync(name, default));
            await RefusedAsync(() => store.ListPromptVersionsAsync(name, default));
            await RefusedAsync(() => store.ListModelVersionsOfRunAsync(name, default));
            await RefusedAsync(() => store.FindTraceAsync(name, default));
            await RefusedAsync(() => store.SetRunTagAsync(name, "k", "v", default));
            await RefusedAsync(() => store.SetRunTagAsync(run, name, "v", default));
            await RefusedAsync(() => store.SetRunTagAsync(run, "k", name, default));
            await RefusedAsync(() => store.SetTraceTagAsync(name, "k", "v", default));
            await RefusedAsync(() => store.SetRegisteredModelTagAsync(name, "k", "v", default));
            await RefusedAsync(() => store.SetModelVersionTagAsync("iris-classifier", "1", "k", name, default));
            await RefusedAsync(() => store.SetAliasAsync("iris-classifier", name, "1", default));
            await RefusedAsync(() => store.DeleteAliasAsync(name, "champion", default));
            await RefusedAsync(() => store.CreateRegisteredModelAsync(name, default));
            await RefusedAsync(() => store.CreateModelVersionAsync("iris-classifier", "s3://bucket/" + name, null, default));
            await RefusedAsync(() => store.TransitionStageAsync(name, "1", "Staging", archiveExisting: false, default));
        }

        Assert.Empty(server.Asked);
    }

    private static async Task RefusedAsync(Func<Task> act)
    {
        var failure = await Assert.ThrowsAnyAsync<BadInputException>(act);
        Assert.True(failure.Message.All(c => !char.IsSurrogate(c)), "the half character stands in the message");
    }

    private (IMlflowStore Store, FixtureIds Ids) Open(string kind, LoopbackServer server)
    {
        var ids = new FixtureIds(kind == "file" ? "3.6/file" : "3.6/sqlite");
        var uri = kind switch
        {
            "file" => _folder.CopyOf(Path.Combine(ids.Folder, "mlruns")),
            "sqlite" => "sqlite:///" + Path.Combine(_folder.CopyOf(ids.Folder), "mlflow.db"),
            _ => null,
        };
        return (uri is null ? RestStores.Open(server.Address) : MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri }), ids);
    }
}
