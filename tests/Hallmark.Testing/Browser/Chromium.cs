using System.Diagnostics;
using System.Net.WebSockets;

namespace Hallmark.Testing.Browser;

/// <summary>Debian's Chromium without a window, spoken to over its own DevTools protocol. Whatever host a page asks for does not exist: nothing leaves the machine.</summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>The program's name, for <see cref="PeerFactAttribute"/>.</summary>
    public const string Program = "chromium";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder _profile;
    private readonly Process _process;
    private readonly Task _talk;
    private readonly Uri _address;

    private Chromium(TemporaryFolder profile, Process process, Task talk, Uri address) =>
        (_profile, _process, _talk, _address) = (profile, process, talk, address);

    /// <summary>Starts the browser.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(
            PeerFactAttribute.FindProgram(Program) ?? throw new InvalidOperationException("there is no chromium: tools/install-peers.sh"),
            [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile.Path,
                "about:blank",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!; // ! a new process, since the shell is not used
        var said = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var talk = Task.Run(async () =>
        {
            const string Mark = "DevTools listening on ";
            while (await process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (line.StartsWith(Mark, StringComparison.Ordinal))
                {
                    said.TrySetResult(new Uri(line[Mark.Length..]));
                }
            }

            said.TrySetException(new InvalidOperationException("chromium ended before it listened"));
        });
        return new Chromium(profile, process, talk, await said.Task.WaitAsync(Patience).ConfigureAwait(false));
    }

    /// <summary>Opens a page and waits until it is loaded.</summary>
    /// <param name="file">A file on this machine.</param>
    /// <param name="width">The window's width in CSS pixels.</param>
    /// <param name="isDark">True where the reader prefers a dark page.</param>
    public async Task<OpenedPage> OpenAsync(string file, int width, bool isDark)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(_address, CancellationToken.None).ConfigureAwait(false);
        var page = new OpenedPage(socket, Patience);
        await page.LoadAsync(new Uri(Path.GetFullPath(file)), width, isDark).ConfigureAwait(false);
        return page;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _talk.ConfigureAwait(false);
        _process.Dispose();
        _profile.Dispose();
    }
}
