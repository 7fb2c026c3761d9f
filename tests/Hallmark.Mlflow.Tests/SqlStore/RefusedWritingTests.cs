using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>What MLflow would refuse or cut is refused before anything is written.</summary>
public sealed class RefusedWritingTests
{
    public static TheoryData<string> Versions => SqliteFixture.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_would_not_fit_is_refused_and_never_cut(string version)
    {
        using var fixture = new SqliteFixture(version);
        await using var store = fixture.Open();
        var before = WritingTests.Dump(fixture);
        var most = version is "2.14" ? 5000 : 8000;

        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetRunTagAsync(fixture.Run("baseline"), "k", new string('x', most + 1), default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetTraceTagAsync(fixture.Trace("classify"), "k", new string('x', 8001), default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetRegisteredModelTagAsync("iris-classifier", "k", new string('x', 5001), default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetModelVersionTagAsync("iris-classifier", "1", "k", new string('x', version is "3.6" ? 100_001 : 5001), default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.SetRunTagAsync(fixture.Run("baseline"), new string('k', 251), "v", default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() =>
            store.CreateModelVersionAsync("iris-classifier", "s3://" + new string('x', 500), null, default)
        );
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.CreateRegisteredModelAsync(new string('x', 257), default));
        Assert.Equal(before, WritingTests.Dump(fixture));

        // An emoji is one character to MLflow, and two to .NET.
        await store.SetRunTagAsync(fixture.Run("baseline"), "k", string.Concat(Enumerable.Repeat("🙂", most)), default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/./b")]
    [InlineData("tab\tkey")]
    [InlineData("semi;colon")]
    public async Task Keys_that_MLflow_refuses_are_refused(string key)
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();

        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(fixture.Run("baseline"), key, "v", default));
        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetTraceTagAsync(fixture.Trace("classify"), key, "v", default));
    }

    [Fact]
    public async Task Texts_that_no_database_holds_are_refused()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        foreach (var text in new[] { "x\0y", "half\uD800", "\uDC00half" })
        {
            await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(fixture.Run("baseline"), "k", text, default));
            await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(fixture.Run("baseline"), text, "v", default));
            await Assert.ThrowsAnyAsync<BadInputException>(() => store.CreateRegisteredModelAsync(text, default));
        }

        await store.SetRunTagAsync(fixture.Run("baseline"), "k", "a real \uFFFD is fine", default);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("LATEST")]
    [InlineData("v1")]
    [InlineData("V20")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task Aliases_that_MLflow_refuses_are_refused(string alias)
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();

        await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetAliasAsync("iris-classifier", alias, "1", default));
    }

    [Fact]
    public async Task A_deleted_run_is_not_written_to()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();

        var failure = await Assert.ThrowsAnyAsync<BadInputException>(() => store.SetRunTagAsync(fixture.Run("deleted"), "k", "v", default));

        Assert.Contains("deleted", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_written_to()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        var before = WritingTests.Dump(fixture);

        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.SetRunTagAsync("0123456789abcdef0123456789abcdef", "k", "v", default)
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() =>
            store.SetTraceTagAsync("tr-0123456789abcdef0123456789abcdef", "k", "v", default)
        );
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetRegisteredModelTagAsync("nobody", "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetModelVersionTagAsync("iris-classifier", "9", "k", "v", default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.CreateModelVersionAsync("nobody", "s3://b/m", null, default));
        await Assert.ThrowsAsync<MlflowNotFoundException>(() => store.SetAliasAsync("iris-classifier", "a", "9", default));

        Assert.Equal(before, WritingTests.Dump(fixture));
    }

    [Fact]
    public async Task SQL_in_a_name_is_a_name()
    {
        using var fixture = new SqliteFixture("3.6");
        await using var store = fixture.Open();
        const string Name = "x'); DROP TABLE runs; -- {0} @p0";

        await store.CreateRegisteredModelAsync(Name, default);
        await store.SetRegisteredModelTagAsync(Name, "k", "'; DELETE FROM tags; --", default);

        var model = await store.FindRegisteredModelAsync(Name, default);
        Assert.Equal("'; DELETE FROM tags; --", model!.Tags["k"]);
        Assert.NotNull(await store.FindRunAsync(fixture.Run("baseline"), default));
    }
}
