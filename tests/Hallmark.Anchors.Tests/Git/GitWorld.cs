using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hallmark.Anchors.Git;
using Hallmark.Core.Anchoring;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Git;

/// <summary>Real repositories in a temporary folder: a bare remote, and clones with a work tree that a person is working in.</summary>
internal sealed class GitWorld : IDisposable
{
    public const string Branch = "checkpoints";
    private readonly TemporaryFolder _folder = new();

    public GitWorld()
    {
        Run(_folder.Path, "init", "--quiet", "--bare", "remote.git");
        Remote = Path.Combine(_folder.Path, "remote.git");
    }

    public string Remote { get; }

    public SettableClock Clock { get; } = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A clone in the middle of somebody's work: a commit, a staged file, an unstaged change.</summary>
    public string Clone(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        Run(_folder.Path, "init", "--quiet", "--initial-branch=work", name);
        Run(path, "remote", "add", "origin", Remote);
        File.WriteAllText(Path.Combine(path, "model.py"), "train()\n");
        Run(path, "add", "model.py");
        Run(path, "commit", "--quiet", "-m", "work");
        File.WriteAllText(Path.Combine(path, "staged.py"), "staged()\n");
        Run(path, "add", "staged.py");
        File.AppendAllText(Path.Combine(path, "model.py"), "more()\n");
        return path;
    }

    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;

    /// <summary>Puts a program among a repository's hooks.</summary>
    /// <remarks>Written by another process: a file that this one has open cannot be run, and neither can one that a process which is just being started beside this test still has.</remarks>
    public static void AddHook(string repository, string name, string script)
    {
        var path = Path.Combine(repository, "hooks", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$1\" && chmod 700 \"$1\"", "sh", path])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
            }
        )!;
        writer.StandardInput.Write("#!/bin/sh\n" + script);
        writer.StandardInput.Close();
        writer.WaitForExit();
        Assert.Equal(0, writer.ExitCode);
    }

    public GitCheckpointAnchor Anchor(string folder, string? remote = null, string branch = Branch, string name = "git") =>
        new(
            new GitAnchorOptions
            {
                Name = name,
                Folder = folder,
                Branch = branch,
                Remote = remote,
            },
            Clock
        );

    public static AnchorSubmission Submission(long size, string? note = null) =>
        AnchorSubmission.OfCheckpoint("log.example/a", size, Encoding.UTF8.GetBytes(note ?? Note(size)));

    public static string Note(long size) => string.Create(CultureInfo.InvariantCulture, $"log.example/a\n{size}\nroot\n\n— signature\n");

    public static async Task<AnchorReceipt> SubmitAsync(GitCheckpointAnchor anchor, AnchorSubmission submission) =>
        AnchorReceiptJson.Parse(
            AnchorReceiptJson.Write(
                await anchor.SubmitAsync(await anchor.PrepareAsync(submission, CancellationToken.None), CancellationToken.None)
            )
        );

    public static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "A person";
            start.Environment[$"GIT_{who}_EMAIL"] = "person@example";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
        return output.TrimEnd('\n');
    }
}
