using Hallmark.Cli.Tests.Commands;
using Hallmark.Testing;
using Hallmark.Testing.Browser;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>Every page that the program writes, opened from disk in a real browser: of a model as it was recorded, and of one that was tampered with.</summary>
public sealed class PagesInBrowserTests(SharedChromium browser) : IClassFixture<SharedChromium>, IDisposable
{
    private const string Model = "iris-classifier/3";
    private readonly CommandScene _scene = new CommandScene().WithStore();

    public void Dispose() => _scene.Dispose();

    [PeerFact(Chromium.Program)]
    public async Task The_pages_show_the_verdict_on_what_is_as_recorded_and_on_what_was_changed()
    {
        await _scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await _scene.ExpectAsync(0, "register", "iris-classifier", "--run", CommandScene.TunedRun);
        await _scene.ExpectAsync(0, "promote", Model, "--stage", "Production");
        var ario = Path.Combine(_scene.RunFolder(), "artifacts", "ario");
        await CheckAsync(Path.Combine(ario, "verification.html"), "RECORDED", CommandScene.TunedRun);
        await CheckAsync(Path.Combine(ario, "registration_verification.html"), "RECORDED", "iris-classifier");

        await _scene.ExpectAsync(0, "audit", Model, "--format", "html", "--output", Page("good"));
        var good = await CheckAsync(Page("good"), "VERIFIED", Model);
        Assert.Contains("What this does not prove", good, StringComparison.Ordinal);
        Assert.DoesNotContain("✘", good, StringComparison.Ordinal);

        var parameters = Path.Combine(_scene.RunFolder(), "params");
        var changed = Directory.GetFiles(parameters).Order(StringComparer.Ordinal).First();
        await File.WriteAllTextAsync(changed, "4711");
        await _scene.ExpectAsync(1, "audit", Model, "--format", "html", "--output", Page("changed"));
        var bad = await CheckAsync(Page("changed"), "FAILED", Model);
        Assert.Contains("✘", bad, StringComparison.Ordinal);
        Assert.Contains("4711", bad, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(changed), bad, StringComparison.Ordinal);
    }

    /// <returns>What a reader sees.</returns>
    private async Task<string> CheckAsync(string file, string word, string subject)
    {
        var seen = "";
        foreach (var (width, isDark) in new[] { (360, false), (360, true), (1_000, false) })
        {
            await using var page = await browser.OpenAsync(file, width, isDark);
            await SharedChromium.KeepPictureAsync(page, $"{Path.GetFileNameWithoutExtension(file)}-{width}-{(isDark ? "dark" : "light")}");
            Assert.Empty(page.Complaints);
            Assert.StartsWith("file://", Assert.Single(page.Requests), StringComparison.Ordinal);
            Assert.Equal(0, (int)(await page.EvaluateAsync("document.scripts.length"))!);
            Assert.StartsWith(
                "default-src 'none'",
                (string?)await page.EvaluateAsync("document.querySelector('meta[http-equiv=Content-Security-Policy]').content"),
                StringComparison.Ordinal
            );
            Assert.Contains(
                word,
                (string?)await page.EvaluateAsync("document.querySelector('[role=status] strong').innerText"),
                StringComparison.Ordinal
            );
            var widest = await page.MeasureWidthAsync();
            Assert.True(widest <= width, $"{file} is {widest} pixels wide in a window of {width}");
            seen = await page.ReadTextAsync();
            Assert.Contains(subject, seen, StringComparison.Ordinal);
        }

        return seen;
    }

    private string Page(string name) => Path.Combine(_scene.Folder.Path, name + ".html");
}
