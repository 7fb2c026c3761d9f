using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.Git;

/// <summary>
/// Runs the <c>git</c> of this machine in one repository: with an argument list and never a shell, without prompts, hooks, file monitors or helper protocols, bounded in
/// time and output, and ended with all its children where the caller gives up.
/// </summary>
/// <remarks>
/// The repository's own configuration is still read, and can name a credential helper or a proxy: who may write to it can do with the user's rights whatever they can
/// do in git. An SSH command in it is not used: only the user's environment (<c>GIT_SSH_COMMAND</c>) may name one.
/// </remarks>
internal sealed class GitCommand(string folder, TimeSpan timeout, bool allowPlainHttp)
{
    private const int MaxOutput = 8 << 20;
    private const int MaxQuoted = 300;

    // What a repository's configuration could make git run without anybody asking for it.
    private static readonly string[] Safety =
    [
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.attributesFile=/dev/null",
        "-c",
        "core.alternateRefsCommand=",
        "-c",
        "gc.auto=0",
        "-c",
        "maintenance.auto=false",
        "-c",
        "transfer.fsckObjects=true",
        "-c",
        "submodule.recurse=false",
        "-c",
        "push.gpgSign=false",
        "-c",
        "http.followRedirects=false",
    ];

    /// <summary>Variables of this one command's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs git and returns what it wrote.</summary>
    /// <exception cref="AnchorUnavailableException">It is not installed, did not finish in time, wrote too much, or failed.</exception>
    public async Task<byte[]> RunAsync(byte[]? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output, error) = await TryRunAsync(input, cancellationToken, arguments).ConfigureAwait(false);
        return code == 0 ? output : throw new AnchorUnavailableException($"git {arguments[0]} in {folder} failed: {Quote(error)}");
    }

    /// <summary>Runs git and returns what it wrote as one line.</summary>
    /// <exception cref="AnchorUnavailableException">As <see cref="RunAsync"/>.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Encoding.UTF8.GetString(await RunAsync(null, cancellationToken, arguments).ConfigureAwait(false)).TrimEnd('\n');

    /// <summary>Runs git and returns its exit code.</summary>
    /// <exception cref="AnchorUnavailableException">It is not installed, did not finish in time, or wrote too much.</exception>
    public async Task<(int Code, byte[] Output, string Error)> TryRunAsync(
        byte[]? input,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var process = Start(arguments);
        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream, limit.Token);
            var error = ReadAsync(process.StandardError.BaseStream, limit.Token);
            await WriteAsync(process, input, limit.Token).ConfigureAwait(false);
            await Task.WhenAll(output, error).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), Encoding.UTF8.GetString(await error.ConfigureAwait(false)));
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AnchorUnavailableException($"git {arguments[0]} in {folder} did not finish within {timeout.TotalSeconds:0} s", late);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Text from outside: one line, printable, short.</summary>
    public static string Quote(string text)
    {
        text = new string([.. text.Select(static c => char.IsControl(c) ? ' ' : c)]).Trim();
        return text.Length <= MaxQuoted ? text : ShortText.Cut(text, MaxQuoted) + "…";
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[.. Safety, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        SetEnvironment(start.Environment);
        try
        {
            return Process.Start(start) ?? throw new AnchorUnavailableException("git cannot be started");
        }
        catch (Win32Exception fault)
        {
            throw new AnchorUnavailableException(
                $"git cannot be started in {folder}: {fault.Message}",
                fault,
                "install git, and check that the folder exists"
            );
        }
    }

    private void SetEnvironment(IDictionary<string, string?> environment)
    {
        // What an outer git, or a shell, has set would point to another repository, index or identity.
        environment.TryGetValue("GIT_SSH_COMMAND", out var ssh);
        foreach (var name in environment.Keys.Where(static name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ASKPASS"] = "";
        environment["SSH_ASKPASS"] = "";
        environment["GIT_SSH_COMMAND"] = ssh ?? "ssh -oBatchMode=yes";
        environment["GIT_ALLOW_PROTOCOL"] = allowPlainHttp ? "file:https:ssh:http:git" : "file:https:ssh";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["LC_ALL"] = "C";
        foreach (var (name, value) in Environment)
        {
            environment[name] = value;
        }
    }

    private static async Task WriteAsync(Process process, byte[]? input, CancellationToken cancellationToken)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading on; its exit code says why.
        }
    }

    private async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16_384];
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; )
        {
            if (read.Length + count > MaxOutput)
            {
                throw new AnchorUnavailableException($"git in {folder} wrote more than {MaxOutput} bytes");
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }
}
