using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

public sealed class HomeFolderTests
{
    [Fact]
    public void What_is_named_comes_before_the_variable_and_that_before_the_users_own_folder()
    {
        var all = new Dictionary<string, string> { ["HALLMARK_HOME"] = "/of/variable", ["HOME"] = "/of/user" };
        Assert.Equal("/named", HomeFolder.Find("/named", all).Path);
        Assert.Equal("/of/variable", HomeFolder.Find(null, all).Path);
        Assert.Equal("/of/variable", HomeFolder.Find("", all).Path);
        Assert.Equal(
            "/of/user/.hallmark",
            HomeFolder.Find(null, new Dictionary<string, string> { ["HALLMARK_HOME"] = "", ["HOME"] = "/of/user" }).Path
        );
        Assert.Equal(Path.GetFullPath("here"), HomeFolder.Find("here", all).Path);
        Assert.Throws<BadInputException>(() => HomeFolder.Find(null, new Dictionary<string, string>()));
    }

    [Fact]
    public void Its_parts_lie_where_the_documents_say()
    {
        var home = HomeFolder.Find("/h", new Dictionary<string, string>());
        Assert.Equal(("/h/hallmark.json", "/h/keys", "/h/ledger"), (home.SettingsFile, home.KeysFolder, home.LedgerFolder));
    }

    [Fact]
    public void It_is_made_for_its_owner_only_and_left_as_it_is_the_second_time()
    {
        using var folder = new TemporaryFolder();
        var home = HomeFolder.Find(Path.Combine(folder.Path, "a/b"), new Dictionary<string, string>());
        home.Create();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(home.Path));
        }

        File.WriteAllText(home.SettingsFile, "{}");
        home.Create();
        Assert.True(File.Exists(home.SettingsFile));
    }

    [Fact]
    public void Where_it_cannot_be_made_the_reader_is_told_how_to_choose_another()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        var refused = Assert.Throws<UnavailableException>(() =>
            HomeFolder.Find(Path.Combine(folder.Path, "file/home"), new Dictionary<string, string>()).Create()
        );
        Assert.Contains(refused.Hints, hint => hint.Contains("--home", StringComparison.Ordinal));
    }
}
