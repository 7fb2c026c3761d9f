using System.Text;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>The Git mode of <c>checkpoint-file</c> in the settings.</summary>
public sealed class GitSettingsTests
{
    [Fact]
    public void Repository_branch_and_remote_are_read_and_the_branch_has_a_name_unless_set()
    {
        var all = Parse("\"repository\": \"/srv/checkpoints\", \"branch\": \"log/main\", \"remote\": \"origin\", \"every\": \"1h\"");
        Assert.Equal(
            new GitCheckpointSettings
            {
                Name = "a",
                Repository = "/srv/checkpoints",
                Branch = "log/main",
                Remote = "origin",
                Every = TimeSpan.FromHours(1),
            },
            all
        );
        Assert.Equal("checkpoints", ((GitCheckpointSettings)Parse("\"repository\": \"r\"")).Branch);
        Assert.Equal("checkpoint-file", all.Type);
    }

    [Theory]
    [InlineData("https://git.example/log.git")]
    [InlineData("git@git.example:log.git")]
    [InlineData("ssh://git@git.example/log.git")]
    public void A_reader_without_a_repository_names_the_remotes_address(string remote) =>
        Assert.Equal((null, remote), Pair(Parse($"\"remote\": \"{remote}\"")));

    [Theory]
    [InlineData("\"repository\": \"r\", \"folder\": \"f\"", "folder: is for files")]
    [InlineData("\"remote\": \"origin\", \"folder\": \"f\"", "folder: is for files")]
    [InlineData("\"remote\": \"origin\"", "remote: without a repository here it must be an address")]
    [InlineData("\"repository\": \"r\", \"branch\": \"-x\"", "branch: \"-x\" is no name")]
    [InlineData("\"repository\": \"r\", \"branch\": \"a..b\"", "branch: \"a..b\" is no name")]
    [InlineData("\"repository\": \"r\", \"branch\": \"a b\"", "branch: \"a b\" is no name")]
    [InlineData("\"repository\": \"r\", \"branch\": \"x.lock\"", "branch: \"x.lock\" is no name")]
    [InlineData("\"repository\": \"r\", \"remote\": \"--upload-pack=/bin/sh\"", "remote: the Git remote is no name")]
    [InlineData("\"repository\": \"r\", \"remote\": \"ext::sh -c id\"", "remote: the Git remote is no name")]
    [InlineData("\"repository\": \"r\", \"remote\": \"http://git.example/log.git\"", "remote: not encrypted")]
    [InlineData("\"repository\": \"r\", \"remote\": \"git://git.example/log.git\"", "remote: not encrypted")]
    [InlineData("\"repository\": \"r\", \"path\": \"f\"", "path: not a setting")]
    [InlineData("\"repository\": \"r\", \"anchors\": \"envelope\"", "anchors: checkpoint-file takes checkpoints only")]
    public void What_git_could_take_for_something_else_is_refused_with_its_place(string members, string fault)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(members));
        Assert.StartsWith("anchors[0]." + fault, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_remotes_address_is_refused_and_never_repeated()
    {
        var refused = Assert.Throws<SettingsException>(() =>
            Parse("\"repository\": \"r\", \"remote\": \"https://me:t0psecret@git.example/log.git\"")
        );
        Assert.Contains(refused.Faults, fault => fault.StartsWith("anchors[0].remote: ", StringComparison.Ordinal));
        Assert.DoesNotContain("t0psecret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_without_encryption_is_taken_where_the_settings_say_so()
    {
        var settings = (GitCheckpointSettings)Parse(
            "\"repository\": \"r\", \"remote\": \"http://git.example/log.git\", \"allow_plain_http\": true"
        );
        Assert.True(settings.AllowPlainHttp);
    }

    private static (string?, string?) Pair(AnchorSettings settings) =>
        (((GitCheckpointSettings)settings).Repository, ((GitCheckpointSettings)settings).Remote);

    private static AnchorSettings Parse(string members) =>
        Assert.Single(
            SettingsReader
                .Parse(
                    Encoding.UTF8.GetBytes($$"""{"anchors": [{"name": "a", "type": "checkpoint-file", {{members}}}]}"""),
                    "hallmark.json"
                )
                .Anchors
        );
}
