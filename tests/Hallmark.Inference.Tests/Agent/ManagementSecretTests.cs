using System.Runtime.Versioning;
using Hallmark.Core.Failures;
using Hallmark.Inference.Agent;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Agent;

[UnsupportedOSPlatform("windows")]
public sealed class ManagementSecretTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string SecretFile => Path.Combine(_folder.Path, "state", ManagementSecret.FileName);

    [Fact]
    public void It_is_made_once_of_256_random_bits_for_its_owner_only()
    {
        Assert.True(Open().Is(File.ReadAllText(SecretFile).Trim()));
        var text = File.ReadAllText(SecretFile);
        Assert.Matches("^[0-9a-f]{64}\n$", text);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SecretFile));
        Assert.True(Open().Is(text.Trim()));
        Assert.Equal(text, File.ReadAllText(SecretFile));
        File.Delete(SecretFile);
        Assert.False(Open().Is(text.Trim()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a secret of some lengt")]
    [InlineData("a secret of some length ")]
    [InlineData("A secret of some length")]
    [InlineData("a secret of some length\0")]
    public void Only_the_whole_secret_is_the_secret(string? text)
    {
        var secret = Open("a secret of some length");
        Assert.True(secret.Is("a secret of some length"));
        Assert.False(secret.Is(text));
    }

    [Fact]
    public void The_environments_secret_comes_before_the_file_and_makes_none()
    {
        Assert.True(Open(" from the environment\n").Is("from the environment"));
        Assert.False(File.Exists(SecretFile));
        Open();
        Assert.True(Open("").Is(File.ReadAllText(SecretFile).Trim()));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with a\nline break in it")]
    [InlineData("with a wörd that no header carries")]
    public void What_no_header_could_carry_or_anybody_could_guess_is_refused_without_being_shown(string text)
    {
        var refusal = Assert.Throws<BadInputException>(() => Open(text));
        Assert.DoesNotContain(text, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_can_read_or_that_is_a_link_is_refused()
    {
        Open();
        File.SetUnixFileMode(SecretFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("can be read by others", Assert.Throws<BadInputException>(() => Open()).Message, StringComparison.Ordinal);
        File.Move(SecretFile, SecretFile + ".kept");
        File.CreateSymbolicLink(SecretFile, SecretFile + ".kept");
        Assert.Throws<BadInputException>(() => Open());
    }

    private ManagementSecret Open(string? fromEnvironment = null)
    {
        using var state = AgentFolder.Open(Path.Combine(_folder.Path, "state"));
        return ManagementSecret.Open(state, fromEnvironment);
    }
}
