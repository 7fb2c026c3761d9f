using System.Diagnostics;
using System.Globalization;

namespace Hallmark.Bench.Serving;

/// <summary>A <see cref="LoadClient"/> in its own process, with its connections to one server open.</summary>
internal sealed class Callers : IDisposable
{
    private readonly Process _process;

    private Callers(Process process) => _process = process;

    /// <summary>Starts them.</summary>
    public static Callers Start(int port, int connections, string bodyFile)
    {
        var program = Environment.ProcessPath!; // this process runs from a file
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Callers).Assembly.Location);
        }

        foreach (var argument in (string[])[LoadClient.Command, $"{port}", $"{connections}", bodyFile])
        {
            start.ArgumentList.Add(argument);
        }

        return new Callers(Process.Start(start)!); // null only where a shell starts it
    }

    /// <summary>Asks for so long with all connections.</summary>
    /// <returns>Answers a second, and processor time for each: ours (the server's), and the callers'.</returns>
    public (double Rate, double ServerMicroseconds, double ClientMicroseconds) Ask(TimeSpan span)
    {
        var processor = Environment.CpuUsage.TotalTime;
        _process.StandardInput.WriteLine(((int)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        var words =
            _process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException("the callers ended; see what they said");
        processor = Environment.CpuUsage.TotalTime - processor;
        var answers = double.Parse(words[0], CultureInfo.InvariantCulture);
        return (
            answers / double.Parse(words[1], CultureInfo.InvariantCulture),
            processor.TotalMicroseconds / answers,
            double.Parse(words[2], CultureInfo.InvariantCulture) * 1e6 / answers
        );
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
