using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What a signer wrote as its time: nothing of it comes from the clock of whoever reads it.</summary>
public sealed class StoredTimeTests
{
    [Theory]
    [InlineData("2026-03-01T12:01:14.246914+00:00", "2026-03-01T12:01:14.2469140+00:00")]
    [InlineData("2026-05-12T21:08:12.123Z", "2026-05-12T21:08:12.1230000+00:00")]
    [InlineData("2026-05-12T23:08:12+02:00", "2026-05-12T23:08:12.0000000+02:00")]
    [InlineData("2026-05-12T21:08:12", "2026-05-12T21:08:12.0000000+00:00")]
    public void A_whole_moment_is_read(string text, string moment) =>
        Assert.Equal(moment, StoredJson.Time(new JsonObject { ["signed_at"] = text }, "signed_at")?.ToString("O"));

    [Theory]
    [InlineData("12:00")]
    [InlineData("12:00Z")]
    [InlineData("2026-05-12")]
    [InlineData("12 May 2026 21:08:12")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("")]
    public void Anything_less_is_no_time(string text) => Assert.Null(StoredJson.Time(new JsonObject { ["signed_at"] = text }, "signed_at"));

    [Fact]
    public void What_is_no_text_is_no_time()
    {
        Assert.Null(StoredJson.Time(new JsonObject { ["signed_at"] = 1_779_000_000 }, "signed_at"));
        Assert.Null(StoredJson.Time(new JsonObject(), "signed_at"));
    }
}
