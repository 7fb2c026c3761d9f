using System.Diagnostics;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>A file system of its own that is soon full: Linux keeps it in memory. Only root can make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);
    private readonly TemporaryFolder _place = new();

    /// <param name="kilobytes">How much it holds.</param>
    /// <param name="ballast">How much of that is taken until <see cref="Free"/> is called, in kilobytes.</param>
    public SmallDisk(int kilobytes, int ballast)
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _place.Path) is { } refusal)
        {
            _place.Dispose();
            throw new InvalidOperationException("mount: " + refusal);
        }

        File.WriteAllBytes(Ballast, new byte[ballast * 1024]);
    }

    /// <summary>Why this machine cannot have one, or null.</summary>
    public static string? WhyNot => Obstacle.Value;

    /// <summary>A path on it.</summary>
    public string At(string name) => Path.Combine(_place.Path, name);

    /// <summary>The files of it that this process has open.</summary>
    public IReadOnlyList<string> OpenFiles => Tests.OpenFiles.Below(_place.Path);

    private string Ballast => At("ballast");

    /// <summary>Makes room, at once: a process that another test starts in this moment may have the file for a moment longer, and a file that is only deleted keeps its room so long.</summary>
    public void Free()
    {
        using var ballast = File.OpenHandle(Ballast, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(ballast, 0);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Out of sight at once, and gone when nobody has a file of it any more.
        if (Run("umount", "--lazy", _place.Path) is { } refusal)
        {
            throw new InvalidOperationException("umount: " + refusal);
        }

        _place.Dispose();
    }

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "needs root on Linux, to mount a small file system";
        }

        try
        {
            new SmallDisk(64, 1).Dispose();
            return null;
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or System.ComponentModel.Win32Exception) // no mount here, or no right to
        {
            return "cannot mount a small file system here: " + refusal.Message;
        }
    }

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        )!; // ! no shell: never null
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : said.Trim();
    }
}
