using Hallmark.Artifacts.Files;
using Hallmark.Testing;

namespace Hallmark.Artifacts.Tests;

public sealed class SymbolicLinkTests
{
    [Fact]
    public async Task A_link_to_a_file_inside_is_read_through_and_a_link_to_a_folder_inside_is_not_followed()
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder.File("root/near"), "sub/real");
        File.CreateSymbolicLink(folder.File("root/absolute"), folder.File("root/sub/real"));
        File.CreateSymbolicLink(folder.File("root/sub/up"), "../near");
        Directory.CreateSymbolicLink(folder.File("root/again"), "sub");
        Directory.CreateSymbolicLink(folder.File("root/circle"), "..");
        File.Delete(folder.File("root/circle"));
        Directory.CreateSymbolicLink(folder.File("root/sub/circle"), "..");

        var digests = await FolderHasherTests.Hash(folder.File("root"));

        Assert.Equal(["absolute", "near", "sub/real", "sub/up"], digests.Files.Select(file => file.Path));
        Assert.All(digests.Files, file => Assert.True(file.Digest.IsOf("inside"u8)));
    }

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("sub/../../outside/secret")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("/")]
    [InlineData("../root-not/file")]
    public async Task A_link_that_leads_out_is_refused_by_name(string target)
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder.File("root/sub/link"), target.StartsWith('/') ? target : "../" + target);

        var refusal = await FolderHasherTests.Refusal(folder.File("root"));

        Assert.Equal(ArtifactFault.LinkEscapes, refusal.Fault);
        Assert.EndsWith("root/sub/link", refusal.Path, StringComparison.Ordinal);
        Assert.Contains("root/sub/link", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_leaves_through_another_link_is_refused()
    {
        using var folder = Tree();
        Directory.CreateSymbolicLink(folder.File("root/door"), "../outside");
        File.CreateSymbolicLink(folder.File("root/file"), "door/secret");
        Assert.Equal(ArtifactFault.LinkEscapes, (await FolderHasherTests.Refusal(folder.File("root"))).Fault);
    }

    [Fact]
    public async Task A_link_may_leave_and_come_back()
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder.File("root/file"), "../root/sub/real");
        Assert.Equal(2, (await FolderHasherTests.Hash(folder.File("root"))).Files.Length);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("link")]
    [InlineData("sub/real/below-a-file")]
    public async Task A_link_to_nowhere_or_in_a_circle_is_refused(string target)
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder.File("root/link"), target);
        Assert.Equal(ArtifactFault.LinkBroken, (await FolderHasherTests.Refusal(folder.File("root"))).Fault);
    }

    [Fact]
    public async Task The_folder_itself_may_be_named_through_a_link()
    {
        using var folder = Tree();
        Directory.CreateSymbolicLink(folder.File("latest"), "root");
        File.CreateSymbolicLink(folder.File("root/near"), "sub/real");
        Assert.Equal(2, (await FolderHasherTests.Hash(folder.File("latest"))).Files.Length);
    }

    [Fact]
    public async Task A_file_the_user_names_may_be_a_link_to_anywhere()
    {
        using var folder = Tree();
        File.CreateSymbolicLink(folder.File("root/link"), "../outside/secret");
        var digest = await new FileHasher(HashingOptions.Default).HashAsync(folder.File("root/link"), null, CancellationToken.None);
        Assert.True(digest.Digest.IsOf("outside"u8));
        Assert.Equal("link", digest.Path);
    }

    private static TemporaryFolder Tree()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("root/sub/real"), "inside");
        File.WriteAllText(folder.File("outside/secret"), "outside");
        File.WriteAllText(folder.File("root-not/file"), "a name that begins like the root's");
        return folder;
    }
}
