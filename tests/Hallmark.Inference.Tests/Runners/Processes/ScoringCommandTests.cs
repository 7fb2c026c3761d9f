using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>A user's command: what is put into its places stays one argument, and a command that would serve something else is refused.</summary>
public sealed class ScoringCommandTests : IDisposable
{
    // Nothing listens there: the number only stands in a command.
    private static readonly Func<ScoringEndpoint> Somewhere = ScoringEndpoint.OnFreePort;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("the command of the scoring process is a program and its arguments, and this is none")]
    [InlineData("the command of the scoring process is a program and its arguments, and this is none", "")]
    [InlineData("the command of the scoring process is a program and its arguments, and this is none", "", "{model}", "{port}")]
    [InlineData("the command of the scoring process is a program and its arguments, and this is none", "serve", "{model}\0", "{port}")]
    [InlineData(
        "the command of the scoring process does not take the model, so that it would serve something that nobody verified",
        "serve"
    )]
    [InlineData(
        "the command of the scoring process does not take the model, so that it would serve something that nobody verified",
        "serve",
        "/models/mine",
        "{port}"
    )]
    [InlineData("the command of the scoring process must say where to listen, once", "serve", "{model}")]
    [InlineData("the command of the scoring process must say where to listen, once", "serve", "{model}", "{host}")]
    [InlineData("the command of the scoring process must say where to listen, once", "serve", "{model}", "{port}", "{socket}")]
    public void A_command_that_cannot_serve_the_verified_copy_is_refused(string message, params string[] parts) =>
        Assert.Equal(message, Assert.Throws<BadInputException>(() => ScoringCommand.Parse(parts)).Message);

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_command_has_at_most_256_parts(int count, bool isTaken)
    {
        string[] parts = [.. Enumerable.Repeat("x", count - 2), "{model}", "{port}"];
        Assert.Equal(isTaken, Record.Exception(() => ScoringCommand.Parse(parts)) is null);
    }

    [Theory]
    [InlineData(32_768, true)]
    [InlineData(32_769, false)]
    public void A_part_has_at_most_32_768_characters(int length, bool isTaken)
    {
        string[] parts = [new('x', length), "{model}", "{port}"];
        Assert.Equal(isTaken, Record.Exception(() => ScoringCommand.Parse(parts)) is null);
    }

    [Fact]
    public void Places_are_filled_wherever_they_stand_and_each_part_stays_one()
    {
        var program = MakeProgram("serve");
        var command = ScoringCommand.Parse([program, "--model={model}/model.pkl", "{host}:{port}", "a b", "$(id)"]);
        Assert.False(command.UsesSocket);
        var filled = command.Fill("/private/a b;c", Somewhere());
        Assert.Equal([program, "--model=/private/a b;c/model.pkl"], filled.Take(2));
        Assert.Matches("^127\\.0\\.0\\.1:[1-9][0-9]{1,4}$", filled[2]);
        Assert.Equal(["a b", "$(id)"], filled.Skip(3));
    }

    [Fact]
    public void A_folder_that_is_called_like_a_place_is_not_filled_itself()
    {
        var program = MakeProgram("serve");
        var filled = ScoringCommand.Parse([program, "{model}", "{port}"]).Fill("/private/{port}{host}{socket}", Somewhere());
        Assert.Equal("/private/{port}{host}{socket}", filled[1]);
    }

    [Fact]
    public void A_socket_lies_in_the_folder_and_the_port_place_is_not_needed()
    {
        var command = ScoringCommand.Parse([MakeProgram("serve"), "{model}", "--socket", "{socket}"]);
        Assert.True(command.UsesSocket);
        var filled = command.Fill("/m", ScoringEndpoint.OnSocketIn(_folder.Path));
        Assert.StartsWith(_folder.Path + Path.DirectorySeparatorChar, filled[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hallmark-test-no-such-program")]
    [InlineData("./serve")]
    [InlineData("/no/such/program")]
    public void A_program_that_is_not_there_is_named_with_what_to_do(string program)
    {
        var command = ScoringCommand.Parse([program, "{model}", "{port}"]);
        var failure = Assert.Throws<ModelRunException>(() => command.Fill("/m", Somewhere()));
        Assert.Equal($"the model needs a scoring process, and this machine has no program \"{program}\"", failure.Message);
        Assert.Contains("install it where PATH finds it", Assert.Single(failure.Hints), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_nobody_may_execute_and_a_folder_are_no_programs()
    {
        File.WriteAllText(_folder.File("text"), "#!/bin/sh\n");
        Assert.Null(ScoringCommand.FindProgram(_folder.File("text")));
        Assert.Null(ScoringCommand.FindProgram(_folder.Path));
        Assert.Equal(MakeProgram("script"), ScoringCommand.FindProgram(_folder.File("script")));
    }

    [Fact]
    public void A_program_with_a_hostile_name_is_named_on_one_short_line()
    {
        var command = ScoringCommand.Parse(["x\n\u001b[2J\u202e" + new string('y', 5_000), "{model}", "{port}"]);
        var failure = Assert.Throws<ModelRunException>(() => command.Fill("/m", Somewhere()));
        Assert.DoesNotContain(failure.Message, character => char.IsControl(character) || character == '\u202e');
        Assert.InRange(failure.Message.Length, 1, 400);
    }

    private string MakeProgram(string name)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}
