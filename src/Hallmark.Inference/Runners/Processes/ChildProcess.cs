using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>A started program whose output is drained and which ends with us.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly LastLines _output;
    private readonly Task _drained;
    private bool _isReleased;

    private ChildProcess(Process process, LastLines output)
    {
        _process = process;
        _output = output;
        _drained = Task.WhenAll(output.DrainAsync(process.StandardOutput.BaseStream), output.DrainAsync(process.StandardError.BaseStream));
        Exited = ReadExitCodeAsync(process);
    }

    /// <summary>The process's id; with <see cref="TetherStrength.Group"/> also that of its session and group.</summary>
    public int Id => _process.Id;

    /// <summary>Ends when the program has ended, with its exit code: above 128 for a signal, as shells have it.</summary>
    public Task<int> Exited { get; }

    /// <summary>What it wrote last, to either stream.</summary>
    public IReadOnlyList<string> LastLines => _output.Lines;

    /// <summary>Starts a program in a folder, with exactly this environment.</summary>
    /// <exception cref="ModelRunException">The operating system does not start it.</exception>
    public static ChildProcess Start(
        IReadOnlyList<string> command,
        string folder,
        IReadOnlyDictionary<string, string> environment,
        LastLines output
    )
    {
        var start = ProcessTether.Describe(command, folder);
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(Process.Start(start)!, output);
        }
        catch (Win32Exception fault)
        {
            throw new ModelRunException($"the scoring process does not start: {fault.Message}", fault);
        }
    }

    /// <summary>How it ended, for a sentence; only after it has.</summary>
    public string DescribeEnd()
    {
        var code = Exited.GetAwaiter().GetResult();
        return code > 128
            ? string.Create(CultureInfo.InvariantCulture, $"signal {code - 128}")
            : string.Create(CultureInfo.InvariantCulture, $"exit code {code}");
    }

    /// <summary>Waits until all that it wrote was read, for as long as somebody may still write.</summary>
    public async Task WaitForOutputAsync()
    {
        if (_process.HasExited)
        {
            // What is left of its group would keep the pipes open.
            Kill();
        }

        await Task.WhenAny(_drained, Task.Delay(DrainTimeout)).ConfigureAwait(false);
    }

    /// <summary>Asks it to end (SIGTERM to its group), and kills the group after a while.</summary>
    public async Task StopAsync(TimeSpan patience, TimeProvider time)
    {
        if (!Exited.IsCompleted && ProcessTether.Strength is not TetherStrength.None)
        {
            try
            {
                await _process.StandardInput.WriteAsync(ProcessTether.StopLine).ConfigureAwait(false);
                await _process.StandardInput.FlushAsync().ConfigureAwait(false);
                await Exited.WaitAsync(patience, time).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is IOException or TimeoutException or ObjectDisposedException)
            {
                // It does not want to, or nobody passes it on: killed below.
            }
        }

        Kill();
        await Exited.ConfigureAwait(false);
        await WaitForOutputAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exited.ConfigureAwait(false);
        await WaitForOutputAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task<int> ReadExitCodeAsync(Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return process.ExitCode;
    }

    private void Kill()
    {
        try
        {
            if (!_isReleased && ProcessTether.Strength is not TetherStrength.None)
            {
                _isReleased = true;
                _process.StandardInput.Write(ProcessTether.KeepLine);
            }

            // The watcher takes the end of the pipe for its order to kill the group, also where the leader is gone already.
            _process.StandardInput.Close();
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // Nobody reads any more.
        }

        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended in between.
        }
    }
}
