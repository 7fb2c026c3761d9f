using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>Where a scoring process listens: a port on the loopback interface, or a Unix socket.</summary>
/// <param name="Port">The port; 0 with a socket.</param>
/// <param name="SocketPath">The socket's path; null with a port.</param>
internal sealed record ScoringEndpoint(int Port, string? SocketPath)
{
    /// <summary>The one interface that is ever used.</summary>
    public const string Host = "127.0.0.1";

    // sockaddr_un holds 108 bytes with the terminating zero on Linux, 104 on macOS.
    private const int MaxSocketPathInBytes = 103;

    /// <summary>The root that requests go to.</summary>
    public Uri Root =>
        new(SocketPath is null ? string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{Port}/") : "http://localhost/");

    /// <summary>A port that was free just now. Somebody else can still take it before the process does, which is noticed.</summary>
    public static ScoringEndpoint OnFreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new ScoringEndpoint(((IPEndPoint)probe.LocalEndPoint!).Port, null);
    }

    /// <summary>A socket below a private folder.</summary>
    /// <exception cref="UnavailableException">The path is longer than the operating system takes.</exception>
    public static ScoringEndpoint OnSocketIn(string folder)
    {
        var path = Path.Combine(folder, "s");
        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxSocketPathInBytes
            ? new ScoringEndpoint(0, path)
            : throw new UnavailableException(
                $"the folder for temporary files is too deep for a socket: {folder}",
                "set TMPDIR to a shorter path, or use {port}"
            );
    }

    /// <summary>Whether somebody holds the port now.</summary>
    public bool IsTaken()
    {
        if (SocketPath is not null)
        {
            return false;
        }

        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, Port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
