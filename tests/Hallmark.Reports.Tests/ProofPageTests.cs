using System.Text.RegularExpressions;
using Hallmark.Core.Checks;
using Hallmark.Reports.Model;

namespace Hallmark.Reports.Tests;

public sealed partial class ProofPageTests
{
    private const string Attack = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";

    [Fact]
    public async Task Everything_that_came_from_outside_is_escaped()
    {
        var html = await ProofReportRenderer.RenderAsync(Report(Attack));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onerror=alert(2)>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere_and_its_policy_allows_nothing_but_its_own_style()
    {
        var html = await ProofReportRenderer.RenderAsync(Report("credit-scorer"));
        Assert.DoesNotMatch(LoadingAttribute(), html);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);

        var css = Regex.Match(html, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
        Assert.InRange(css.Length, 1, 12_000);
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(css)));
        Assert.Contains(
            $"default-src &#x27;none&#x27;; style-src &#x27;sha256-{hash.Replace("+", "&#x2B;", StringComparison.Ordinal)}&#x27;",
            html,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(ReportState.Verified, "✔ VERIFIED")]
    [InlineData(ReportState.Failed, "✘ FAILED")]
    [InlineData(ReportState.Incomplete, "– INCOMPLETE")]
    [InlineData(ReportState.Recorded, "● RECORDED")]
    public async Task The_banner_says_the_state_in_glyph_and_word(ReportState state, string words)
    {
        var html = System.Net.WebUtility.HtmlDecode(await ProofReportRenderer.RenderAsync(Report("m") with { State = state }));
        Assert.Contains($"<strong>{words}</strong>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_or_did_not_run_is_open_and_shows_anchored_beside_found()
    {
        var html = System.Net.WebUtility.HtmlDecode(await ProofReportRenderer.RenderAsync(Report("m")));
        Assert.Equal(2, Regex.Count(html, "<details open"));
        Assert.Contains("<code>0.913</code>", html, StringComparison.Ordinal);
        Assert.Contains("<code>0.967</code>", html, StringComparison.Ordinal);
        Assert.Contains("not in the record", html, StringComparison.Ordinal);
        Assert.Contains("gone", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_link_is_said_in_words_too()
    {
        var html = System.Net.WebUtility.HtmlDecode(await ProofReportRenderer.RenderAsync(Report("m")));
        Assert.Contains("over a broken link Version", html, StringComparison.Ordinal);
        Assert.Contains("(this page)", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_witness_the_page_says_so_and_does_not_show_the_ledger_as_one()
    {
        var html = await ProofReportRenderer.RenderAsync(Report("m"));
        Assert.Contains("No outside witness yet", html, StringComparison.Ordinal);
    }

    [GeneratedRegex("<(script|link|img|iframe|object|embed|source|video|audio)|\\ssrc=", RegexOptions.IgnoreCase)]
    private static partial Regex LoadingAttribute();

    internal static ProofReport Report(string text) =>
        new()
        {
            Subject = text,
            Kind = text,
            State = ReportState.Failed,
            Summary = text,
            GeneratedAt = new DateTimeOffset(2026, 11, 21, 8, 14, 0, TimeSpan.Zero),
            Facts = [new ReportFact(text, text), new ReportFact(text, text, IsCode: true)],
            Chain =
            [
                new ChainNode("Dataset", text, ReportState.Verified),
                new ChainNode("Training", text, ReportState.Verified),
                new ChainNode("Version", text, ReportState.Failed, IsCurrent: true, IsLinkBroken: true),
            ],
            Sections =
            [
                new ReportSection(
                    text,
                    [
                        new Check
                        {
                            Name = "signature",
                            Outcome = CheckOutcome.Passed,
                            Detail = text,
                        },
                        new Check
                        {
                            Name = "live_run",
                            Outcome = CheckOutcome.Failed,
                            Detail = text,
                            Differences =
                            [
                                new Difference("metrics.val_accuracy", "0.913", "0.967"),
                                new Difference(text, null, text, text),
                                new Difference("params.x", text, null),
                            ],
                        },
                        new Check
                        {
                            Name = "lineage",
                            Outcome = CheckOutcome.NotRun,
                            Reason = text,
                        },
                    ]
                ),
                new ReportSection("Promotion", [], text),
            ],
            Notes = [text],
            DoesNotProve = [text],
            Commands = [new ReportCommand(text, text)],
            RawJson = text,
        };
}
