using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Mlflow.Tests.RestStore;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>The longest names and values, to the character, as MLflow counts them: in code points, of which an emoji is one.</summary>
public sealed class LengthTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x", 8000)]
    [InlineData("é", 8000)]
    [InlineData("😀", 8000)]
    public async Task A_tag_of_a_run_may_have_8000_characters_in_files_and_tables_and_no_more(string character, int most)
    {
        ArgumentNullException.ThrowIfNull(character);
        foreach (var kind in new[] { "3.6/file", "3.6/sqlite" })
        {
            var ids = new FixtureIds(kind);
            await using var store = Open(ids, kind);
            var longest = string.Concat(Enumerable.Repeat(character, most));
            await store.SetRunTagAsync(ids.Run("baseline"), "k", longest, default);
            Assert.Equal(longest, (await store.FindRunAsync(ids.Run("baseline"), default))!.Tags["k"]);
            var failure = await Assert.ThrowsAnyAsync<BadInputException>(() =>
                store.SetRunTagAsync(ids.Run("baseline"), "k", longest + character, default)
            );
            Assert.Equal(
                "The value of the tag 'k' has 8001 characters; MLflow keeps 8000",
                failure.Message.Replace(" there", "", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task A_tag_is_sent_to_a_server_up_to_8000_characters_and_no_further()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 8000));
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsJsonAsync(
                new
                {
                    run = new
                    {
                        info = new
                        {
                            run_id = "r",
                            experiment_id = "1",
                            status = "FINISHED",
                        },
                        data = new { tags = new[] { new { key = "k", value = longest } } },
                    },
                }
            )
        );
        await using var store = RestStores.Open(server.Address);
        await store.SetRunTagAsync("r", "k", longest, default);
        Assert.Equal(2, server.Asked.Count); // and read back, because servers cut long values
        var failure = await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync("r", "k", longest + "x", default));
        Assert.Equal("The value of the tag 'k' has 8001 characters; MLflow keeps 8000", failure.Message);
        Assert.Equal(2, server.Asked.Count);
    }

    [Theory]
    [InlineData("x", 250, true)]
    [InlineData("x", 251, false)]
    [InlineData("漢", 250, true)]
    [InlineData("漢", 251, false)]
    [InlineData("𝔘", 250, true)]
    [InlineData("𝔘", 251, false)]
    public async Task A_key_has_at_most_250_characters(string character, int length, bool isTaken)
    {
        ArgumentNullException.ThrowIfNull(character);
        var ids = new FixtureIds("3.6/sqlite");
        await using var store = Open(ids, "3.6/sqlite");
        var key = string.Concat(Enumerable.Repeat(character, length));
        if (isTaken)
        {
            await store.SetRunTagAsync(ids.Run("baseline"), key, "v", default);
            Assert.Equal("v", (await store.FindRunAsync(ids.Run("baseline"), default))!.Tags[key]);
            return;
        }

        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(ids.Run("baseline"), key, "v", default));
    }

    [Theory]
    [InlineData("x", 255, true)]
    [InlineData("x", 256, false)]
    [InlineData("𝔘", 255, true)]
    [InlineData("𝔘", 256, false)]
    public async Task An_alias_has_at_most_255_characters(string character, int length, bool isTaken)
    {
        ArgumentNullException.ThrowIfNull(character);
        await using var store = Open(new FixtureIds("3.6/sqlite"), "3.6/sqlite");
        var alias = string.Concat(Enumerable.Repeat(character, length));
        if (isTaken)
        {
            await store.SetAliasAsync("iris-classifier", alias, "1", default);
            Assert.Equal("1", (await store.FindRegisteredModelAsync("iris-classifier", default))!.Aliases[alias]);
            return;
        }

        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetAliasAsync("iris-classifier", alias, "1", default));
    }

    private IMlflowStore Open(FixtureIds ids, string kind) =>
        MlflowStores.Open(
            new MlflowStoreOptions
            {
                TrackingUri =
                    kind == "3.6/file"
                        ? _folder.CopyOf(Path.Combine(ids.Folder, "mlruns"), "mlruns")
                        : "sqlite:///" + Path.Combine(_folder.CopyOf(ids.Folder, "sqlite"), "mlflow.db"),
            }
        );
}
