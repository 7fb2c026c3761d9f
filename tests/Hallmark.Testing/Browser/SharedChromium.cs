namespace Hallmark.Testing.Browser;

/// <summary>One browser for the tests of a class, started by the first that needs it; none where the machine has none.</summary>
public sealed class SharedChromium : IAsyncLifetime
{
    private readonly Lazy<Task<Chromium>> _browser = new(Chromium.StartAsync);

    /// <summary>Opens a page, see <see cref="Chromium.OpenAsync"/>.</summary>
    public async Task<OpenedPage> OpenAsync(string file, int width, bool isDark) =>
        await (await _browser.Value.ConfigureAwait(false)).OpenAsync(file, width, isDark).ConfigureAwait(false);

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (_browser.IsValueCreated)
        {
            await (await _browser.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Keeps a picture of a page in the folder that <c>HALLMARK_PICTURES</c> names, for a person to look at; else does nothing.</summary>
    public static async Task KeepPictureAsync(OpenedPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("HALLMARK_PICTURES") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(
                    Path.Combine(folder, name.Replace(' ', '-') + ".png"),
                    await page.PhotographAsync().ConfigureAwait(false)
                )
                .ConfigureAwait(false);
        }
    }
}
