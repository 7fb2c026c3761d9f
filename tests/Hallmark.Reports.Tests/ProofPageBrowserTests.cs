using Hallmark.Reports.Model;
using Hallmark.Testing;
using Hallmark.Testing.Browser;

namespace Hallmark.Reports.Tests;

/// <summary>Proof pages in a real browser, from disk: what it complains of, what it asks for, and what a reader sees.</summary>
public sealed class ProofPageBrowserTests(SharedChromium browser) : IClassFixture<SharedChromium>, IDisposable
{
    private const string Markup = "\"><script>document.title='owned'</script><img src=http://127.0.0.1:9/x onerror=document.title='owned'>";
    private const string Turned = "model\u202egpj.exe";
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Hostile =>
        new()
        {
            { "markup", Markup },
            { "turned", Turned },
            { "isolates", "a\u2067b\u2066c\u200fd" },
            { "long", new string('x', 5_000) },
            { "wide", new string('W', 17) },
            { "capitals", "CREDIT-SCORER/2027" },
            { "long words", string.Concat(Enumerable.Repeat("漢字ümlaut😀", 200)) },
            { "lines", "one\ntwo\r\nthree\tfour" },
            { "entities", "&lt;script&gt; &#x202E; &amp;" },
            {
                "style",
                "</style><style>body{display:none}</style><base href=http://127.0.0.1:9/><meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>"
            },
            { "comment", "--><!-- ]]> <![CDATA[ </title></head></body></html>" },
        };

    public void Dispose() => _folder.Dispose();

    [PeerTheory(Chromium.Program)]
    [MemberData(nameof(Hostile))]
    public async Task Hostile_text_stays_text_and_the_page_stays_quiet_and_readable_on_a_phone(string name, string text)
    {
        foreach (var (width, isDark) in new[] { (360, true), (1_000, false) })
        {
            await using var page = await browser.OpenAsync(await WriteAsync(Crowded(text)), width, isDark);
            Assert.Empty(page.Complaints);
            Assert.StartsWith("file://", Assert.Single(page.Requests), StringComparison.Ordinal);
            Assert.Equal(0, (int)(await page.EvaluateAsync("document.scripts.length + document.images.length + document.links.length"))!);
            Assert.Equal(1, (int)(await page.EvaluateAsync("document.styleSheets.length"))!);
            Assert.EndsWith("– Hallmark proof", (string?)await page.EvaluateAsync("document.title"), StringComparison.Ordinal);
            Assert.True(await page.MeasureWidthAsync() <= width, $"{name} at {width}: {await page.MeasureWidthAsync()}");
            Assert.Contains("FAILED", await page.ReadTextAsync(), StringComparison.Ordinal);
            Assert.True((bool)(await page.EvaluateAsync(VerdictIsInSight))!, $"{name} at {width}: the verdict is pushed out of the window");
            Assert.Equal("", (string?)await page.EvaluateAsync(OverflowingNodes));
            await SharedChromium.KeepPictureAsync(page, $"hostile-{name}-{width}");
        }
    }

    [PeerFact(Chromium.Program)]
    public async Task A_reader_sees_the_characters_that_would_turn_a_name_around()
    {
        await using var page = await browser.OpenAsync(await WriteAsync(ProofPageTests.Report(Turned)), 1_000, isDark: false);
        var heading = (string?)await page.EvaluateAsync("document.querySelector('h1').innerText");
        Assert.Equal("model\\u202egpj.exe", heading);
        Assert.DoesNotContain('\u202e', await page.ReadTextAsync());
        Assert.Contains("model\\u202egpj.exe", (string?)await page.EvaluateAsync("document.title"), StringComparison.Ordinal);
    }

    [PeerFact(Chromium.Program)]
    public async Task The_policy_in_the_page_is_obeyed_also_by_what_would_be_slipped_in()
    {
        // As if the escaping had a hole: the browser must refuse script, picture and style all the same.
        var file = await WriteAsync(ProofPageTests.Report("m"));
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file)).Replace(
                "</main>",
                "<script>document.title='owned'</script><img src=\"http://127.0.0.1:9/x\"><p style=\"color:red\">x</p></main>",
                StringComparison.Ordinal
            )
        );
        await using var page = await browser.OpenAsync(file, 1_000, isDark: false);
        Assert.NotEqual("owned", (string?)await page.EvaluateAsync("document.title"));
        Assert.NotEqual("rgb(255, 0, 0)", (string?)await page.EvaluateAsync("getComputedStyle(document.querySelector('main > p')).color"));
        Assert.Contains(page.Complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [PeerTheory(Chromium.Program)]
    [InlineData(ReportState.Verified)]
    [InlineData(ReportState.Failed)]
    [InlineData(ReportState.Incomplete)]
    [InlineData(ReportState.Recorded)]
    public async Task Text_can_be_told_from_its_background_in_light_and_in_dark(ReportState state)
    {
        var file = await WriteAsync(ProofPageTests.Report("credit-scorer/3") with { State = state });
        foreach (var isDark in new[] { false, true })
        {
            await using var page = await browser.OpenAsync(file, 360, isDark);
            Assert.Equal(isDark, (bool)(await page.EvaluateAsync("matchMedia('(prefers-color-scheme: dark)').matches"))!);
            var worst = (double)(await page.EvaluateAsync(WorstContrast))!;
            Assert.True(worst >= 4.5, $"{state}, {(isDark ? "dark" : "light")}: a contrast of {worst}");
            await SharedChromium.KeepPictureAsync(page, $"state-{state}-{(isDark ? "dark" : "light")}");
        }
    }

    private const string VerdictIsInSight = "document.querySelector('[role=status] strong').getBoundingClientRect().bottom < innerHeight";

    private const string OverflowingNodes = """
        [...document.querySelectorAll('.chain svg')].filter(svg => svg.getClientRects().length).flatMap(svg => {
          const rects = [...svg.querySelectorAll('rect')].map(r => r.getBBox());
          return [...svg.querySelectorAll('text:not(.break)')].filter(t => { const b = t.getBBox();
            return !rects.some(r => b.x >= r.x && b.x + b.width <= r.x + r.width && b.y >= r.y && b.y + b.height <= r.y + r.height); });
        }).map(t => t.textContent).join('|')
        """;

    // WCAG 2: the relative luminances of each text's colour and of the nearest background below it; the smallest ratio on the page.
    private const string WorstContrast = """
        (() => {
          const rgb = text => text.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const backOf = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const ratios = [...document.querySelectorAll('main *, footer')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length)
            .map(e => { const s = getComputedStyle(e); const a = light(rgb(e.closest('svg') ? s.fill : s.color)), b = light(backOf(e)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
          return Math.min(...ratios);
        })()
        """;

    private static ProofReport Crowded(string text) =>
        ProofPageTests.Report(text) with
        {
            Witnesses = [new ReportWitness(text, text, text, text)],
        };

    private async Task<string> WriteAsync(ProofReport report)
    {
        var file = _folder.File("page.html");
        await File.WriteAllTextAsync(file, await ProofReportRenderer.RenderAsync(report));
        return file;
    }
}
