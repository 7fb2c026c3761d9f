using System.Globalization;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>
/// Looks up who listens on a port (Linux, <c>proc(5)</c>): <c>/proc/net/tcp</c> names the listening sockets, the <c>fd</c> folders of the child's session say which are its
/// own. Without this anybody who took the port first could answer predictions in the model's name.
/// </summary>
internal static class PortListeners
{
    private const string Listening = "0A";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    // Addresses as the kernel prints them: 32-bit words in the machine's byte order.
    private static readonly string[] Loopbacks = ["0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"];

    /// <summary>Who listens on a port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="session">The id of the child's session.</param>
    public static PortListener Find(int port, int session)
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian || ProcessTether.Strength is not TetherStrength.Group)
        {
            return PortListener.Unknown;
        }

        try
        {
            var sockets = Tables
                .Where(File.Exists)
                .SelectMany(File.ReadLines)
                .Select(line => ReadListener(line, port))
                .OfType<(string, string)>()
                .ToList();
            var inodes = SocketsOf(session);
            var ours = sockets.Where(socket => inodes.Contains(socket.Item2)).ToList();
            return ours.Count == 0 ? PortListener.Foreign
                : ours.All(socket => Loopbacks.Contains(socket.Item1)) ? PortListener.Ours
                : PortListener.OursForEverybody;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return PortListener.Unknown;
        }
    }

    // "sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
    private static (string Address, string Inode)? ReadListener(string line, int port)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            columns.Length > 9
            && columns[3] == Listening
            && columns[1].Split(':') is [var address, var hex]
            && int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var listening)
            && listening == port
            ? (address, columns[9])
            : null;
    }

    private static HashSet<string> SocketsOf(int session)
    {
        var inodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && FindSession(folder) == session)
            {
                AddSockets(folder, inodes);
            }
        }

        return inodes;
    }

    private static void AddSockets(string folder, HashSet<string> inodes)
    {
        try
        {
            foreach (var link in Directory.EnumerateFiles(Path.Combine(folder, "fd")))
            {
                if (new FileInfo(link).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                {
                    inodes.Add(target[8..^1]);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It ended in between.
        }
    }

    // "pid (comm) state ppid pgrp session …": the name may hold blanks and parentheses.
    private static int? FindSession(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 3 && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var session)
                ? session
                : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
