using Hallmark.Core.Failures;
using Hallmark.Server.Scoring.Access;
using Hallmark.Testing;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Files with secrets: any right of anybody else is one too many.</summary>
public sealed class PrivateFileTests
{
    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public void One_right_of_others_is_refused_and_taken_away_it_is_read(UnixFileMode right)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("keys");
        File.WriteAllText(path, "secret");

        OwnerOnly.Set(path, right);
        var refusal = Assert.Throws<BadInputException>(() => PrivateFile.ReadText(path, "API keys"));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);

        OwnerOnly.Set(path);
        Assert.Equal("secret", PrivateFile.ReadText(path, "API keys"));
    }

    [Fact]
    public void A_link_to_a_file_that_others_can_read_is_refused_like_the_file()
    {
        using var folder = new TemporaryFolder();
        var (path, link) = (folder.File("keys"), folder.File("link"));
        File.WriteAllText(path, "secret");
        OwnerOnly.Set(path, UnixFileMode.OtherRead);
        File.CreateSymbolicLink(link, path);

        Assert.Throws<BadInputException>(() => PrivateFile.ReadText(link, "API keys"));
    }

    [Fact]
    public void A_folder_and_a_file_larger_than_a_megabyte_are_no_files_of_keys()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("keys");
        File.WriteAllBytes(path, new byte[(1 << 20) + 1]);
        OwnerOnly.Set(path);

        Assert.Throws<BadInputException>(() => PrivateFile.ReadText(folder.Path, "API keys"));
        Assert.Contains(
            "1 MB",
            Assert.Throws<BadInputException>(() => PrivateFile.ReadText(path, "API keys")).Message,
            StringComparison.Ordinal
        );
    }
}
