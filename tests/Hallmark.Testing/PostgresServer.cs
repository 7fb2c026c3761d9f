using System.Diagnostics;
using System.Globalization;

namespace Hallmark.Testing;

/// <summary>
/// A real PostgreSQL server of one test class's own: a fresh cluster in a temporary folder, on a free loopback port, with a password, run as a user without
/// rights where the tests run as root (PostgreSQL refuses root). Stopped by its process id when the class is done.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string NobodyId = "65534";
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);
    private readonly string _folder;
    private readonly Process _server;
    private readonly HeldPort _port;

    private PostgresServer(string folder, Process server, HeldPort port)
    {
        _folder = folder;
        _server = server;
        _port = port;
    }

    /// <summary>The superuser's name.</summary>
    public static string User => "hallmark";

    /// <summary>The superuser's password: holds what must be escaped in a URI.</summary>
    public static string Password => "p@ss/w:rd?%";

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => _port.Number;

    /// <summary>The folder of the newest installed server's programs, or null where there is none.</summary>
    public static string? FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
                .OrderByDescending(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), out var number) ? number : 0)
                .FirstOrDefault()
            : null;

    /// <summary>Makes a cluster and starts its server; returns when it answers.</summary>
    public static PostgresServer Start()
    {
        var programs =
            FindPrograms()
            ?? throw new InvalidOperationException("needs a PostgreSQL server below /usr/lib/postgresql; ./test.sh installs it");
        var folder = Directory.CreateTempSubdirectory("hallmark-postgres-").FullName;
        try
        {
            var secret = Path.Combine(folder, "password");
            File.WriteAllText(secret, Password);
            if (Environment.IsPrivilegedProcess)
            {
                Run("chown", "-R", NobodyId + ":" + NobodyId, folder);
            }

            Run(
                AsNobody(
                    Path.Combine(programs, "initdb"),
                    "-D",
                    Path.Combine(folder, "data"),
                    "-U",
                    User,
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    secret,
                    "-E",
                    "UTF8",
                    "--locale",
                    "C",
                    "--no-sync"
                )
            );
            var port = new HeldPort();
            var server = Launch(
                AsNobody(
                    Path.Combine(programs, "postgres"),
                    "-D",
                    Path.Combine(folder, "data"),
                    "-p",
                    port.Number.ToString(CultureInfo.InvariantCulture),
                    "-k",
                    folder,
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "fsync=off",
                    "-c",
                    "log_min_messages=fatal"
                )
            );
            var started = new PostgresServer(folder, server, port);
            try
            {
                started.WaitUntilReady(Path.Combine(programs, "pg_isready"));
                return started;
            }
            catch
            {
                started.Stop();
                throw;
            }
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] AsNobody(params string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=" + NobodyId, "--regid=" + NobodyId, "--clear-groups", .. command] : command;

    private static Process Launch(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException(command[0] + " did not start");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static void Run(params string[] command)
    {
        using var process = Launch(command);
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {errors}");
        }
    }

    private void WaitUntilReady(string probe)
    {
        var errors = new System.Collections.Concurrent.ConcurrentQueue<string>();
        _server.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        _server.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartTime && !_server.HasExited; Thread.Sleep(50))
        {
            using var process = Launch(probe, "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture));
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                return;
            }
        }

        throw new InvalidOperationException("PostgreSQL did not start: " + string.Join('\n', errors));
    }

    private void Stop()
    {
        if (!_server.HasExited)
        {
            // SIGINT is PostgreSQL's "fast" shutdown: it ends its own sessions and children.
            Run("kill", "-INT", _server.Id.ToString(CultureInfo.InvariantCulture));
            if (!_server.WaitForExit(TimeSpan.FromMinutes(1)))
            {
                _server.Kill(entireProcessTree: true);
                _server.WaitForExit();
            }
        }

        _server.Dispose();
        _port.Dispose();
    }
}
