using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Hallmark.Core.Checks;
using Hallmark.Reports.Model;
using Hallmark.Testing;

namespace Hallmark.Reports.Tests;

/// <summary>Each part of a page: there with what it was given, in the order in which it was given, and not there where there is nothing to say.</summary>
public sealed partial class ProofPageContentTests
{
    private static readonly ProofReport Bare = new()
    {
        Subject = "credit-scorer/3",
        Kind = "Model version",
        State = ReportState.Verified,
        Summary = "Every check passed.",
        GeneratedAt = new DateTimeOffset(2026, 11, 21, 1, 14, 5, TimeSpan.FromHours(-5)),
    };

    [Fact]
    public async Task A_page_with_nothing_to_say_has_its_verdict_and_the_missing_witness_and_no_empty_parts()
    {
        var html = await TextAsync(Bare);
        Assert.Equal(["Witnesses"], Headings().Matches(html).Select(found => found.Groups[1].Value));
        Assert.Contains("<title>credit-scorer/3 VERIFIED – Hallmark proof</title>", html, StringComparison.Ordinal);
        Assert.Contains("<h1>credit-scorer/3</h1>", html, StringComparison.Ordinal);
        Assert.Contains("No outside witness yet: only this record's owner remembers it.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_parts_stand_in_the_order_in_which_a_reader_needs_them()
    {
        var html = await TextAsync(
            Bare with
            {
                Chain = [new ChainNode("Training", "t", ReportState.Verified)],
                Sections = [new ReportSection("The training", []), new ReportSection("The version", [])],
                Notes = ["a"],
                Facts = [new ReportFact("l", "v")],
                Witnesses = [new ReportWitness("w", "s", "p", "t")],
                DoesNotProve = ["d"],
                Commands = [new ReportCommand("p", "c")],
                RawJson = "{}",
            }
        );
        Assert.Equal(
            [
                "The chain",
                "The training",
                "The version",
                "Notes",
                "The record",
                "Witnesses",
                "What this does not prove",
                "Check it yourself",
                "Raw JSON",
            ],
            Headings().Matches(html).Select(found => found.Groups[1].Value)
        );
        Assert.DoesNotContain("No outside witness yet", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_is_told_in_UTC_whatever_clock_it_was_made_by()
    {
        var html = await TextAsync(Bare);
        Assert.Contains("<footer>Made by Hallmark on 2026-11-21 06:14:05 UTC. Nothing on this page", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facts_witnesses_notes_limits_and_commands_are_told_in_their_order()
    {
        var html = await TextAsync(
            Bare with
            {
                Facts = [new ReportFact("run", "abc", IsCode: true), new ReportFact("name", "größe 🌸"), new ReportFact("empty", "")],
                Witnesses = [new ReportWitness("arweave", "confirmed", "existed before", "the network")],
                Notes = ["first", "second"],
                DoesNotProve = ["that it is right"],
                Commands = [new ReportCommand("The hash", "sha256sum payload.json\n# the same")],
                RawJson = "{\n  \"a\": \"<b>\"\n}",
            }
        );
        Assert.Equal(
            [("run", "<code class=\"hash\">abc</code>"), ("name", "größe 🌸"), ("empty", "")],
            Regex.Matches(html, "<dt>(.*?)</dt>\\s*<dd>(.*?)</dd>").Select(found => (found.Groups[1].Value, found.Groups[2].Value))
        );
        Assert.Equal(
            [("World", "arweave"), ("State", "confirmed"), ("Proves", "existed before"), ("Trust needed", "the network")],
            Regex.Matches(html, "<td data-label=\"(.*?)\">(.*?)</td>").Select(found => (found.Groups[1].Value, found.Groups[2].Value))
        );
        Assert.Equal(["first", "second", "that it is right"], Regex.Matches(html, "<li>(.*?)</li>").Select(found => found.Groups[1].Value));
        Assert.Equal(
            ["sha256sum payload.json\n# the same", "{\n  \"a\": \"<b>\"\n}"],
            Regex.Matches(html, "<pre><code>(.*?)</code></pre>", RegexOptions.Singleline).Select(found => found.Groups[1].Value)
        );
    }

    [Theory]
    [InlineData(CheckOutcome.Passed, null, "✔ passed", false, "What was found is what was anchored.")]
    [InlineData(CheckOutcome.Failed, null, "✘ failed", true, "No further detail.")]
    [InlineData(CheckOutcome.NotRun, null, "– not run", true, "No further detail.")]
    [InlineData(CheckOutcome.Failed, "record_missing", "✘ failed", true, "Reason: <code>record_missing</code>")]
    [InlineData(CheckOutcome.NotRun, "no_ledger", "– not run", true, "Reason: <code>no_ledger</code>")]
    public async Task A_check_says_its_outcome_and_why_and_is_folded_up_only_where_it_passed(
        CheckOutcome outcome,
        string? reason,
        string mark,
        bool isOpen,
        string inside
    )
    {
        var html = await CheckedAsync(
            new Check
            {
                Name = "live_run",
                Outcome = outcome,
                Reason = reason,
                Detail = "what was seen",
            }
        );
        Assert.Equal(isOpen, html.Contains("<details open", StringComparison.Ordinal));
        Assert.Contains(
            $">{mark}</span><span class=\"name\">live run</span><span class=\"say\">what was seen</span>",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains($"<p>{inside}</p>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_differs_stands_in_a_table_and_the_word_differs_is_not_said_twice()
    {
        var html = await CheckedAsync(
            new Check
            {
                Name = "live_run",
                Outcome = CheckOutcome.Failed,
                Reason = "differs",
                Differences =
                [
                    new Difference("params.lr", "0.01", "0.5", "a note"),
                    new Difference("params.new", null, "1"),
                    new Difference("params.old", "1", null),
                ],
            }
        );
        Assert.DoesNotContain("Reason:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("No further detail.", html, StringComparison.Ordinal);
        Assert.Equal(
            [
                ("<code>params.lr</code>", "<code>0.01</code>", "<code>0.5</code><br>a note"),
                ("<code>params.new</code>", "<span class=\"gone\">not in the record</span>", "<code>1</code>"),
                ("<code>params.old</code>", "<code>1</code>", "<span class=\"gone\">gone</span>"),
            ],
            Regex
                .Matches(
                    html,
                    "<tr><td data-label=\"What\">(.*?)</td>\\s*<td data-label=\"Anchored\">(.*?)</td>\\s*<td data-label=\"Found\">(.*?)</td></tr>"
                )
                .Select(found => (found.Groups[1].Value, found.Groups[2].Value, found.Groups[3].Value))
        );
    }

    [Theory]
    [InlineData(null, "No check ran.")]
    [InlineData("It was never promoted.", "It was never promoted.")]
    public async Task A_section_without_checks_says_so(string? text, string said)
    {
        foreach (var section in new[] { new ReportSection("Promotion", [], text), new ReportSection("Promotion", default, text) })
        {
            Assert.Matches($@"<h2>Promotion</h2>\s*<p>{Regex.Escape(said)}</p>", await TextAsync(Bare with { Sections = [section] }));
        }
    }

    [Fact]
    public async Task The_chain_is_read_out_in_words_with_every_state_the_broken_link_and_this_page()
    {
        var html = await TextAsync(
            Bare with
            {
                Chain =
                [
                    new ChainNode("Dataset", "iris", ReportState.Verified),
                    new ChainNode("Training", "run 1", ReportState.Incomplete),
                    new ChainNode("Version", "m/3", ReportState.Failed, IsCurrent: true, IsLinkBroken: true),
                    new ChainNode("Promotion", "champion", ReportState.Recorded),
                ],
            }
        );
        Assert.Contains(
            "aria-label=\"Dataset iris: VERIFIED, then Training run 1: INCOMPLETE, then over a broken link Version m/3: FAILED (this page), then Promotion champion: RECORDED\"",
            html,
            StringComparison.Ordinal
        );

        // In both pictures, the wide and the narrow one.
        Assert.Equal(2, Regex.Count(html, ">Version · this page<"));
        Assert.Equal(2, Regex.Count(html, "class=\"break\""));
        Assert.Equal(2, Regex.Count(html, "<rect class=\"node failed current\""));
    }

    [Fact]
    public async Task The_picture_shows_a_title_as_the_heading_does_also_where_it_looks_like_a_reference()
    {
        foreach (var title in new[] { "a&#x202e;b", "&lt;b&gt;", "a\u202eb", "R&D" })
        {
            var html = await ProofReportRenderer.RenderAsync(
                Bare with
                {
                    Subject = title,
                    Chain = [new ChainNode("Version", title, ReportState.Verified)],
                }
            );
            var heading = WebUtility.HtmlDecode(Regex.Match(html, "<h1>(.*?)</h1>").Groups[1].Value);
            var pictured = Regex
                .Matches(html, "font-weight=\"600\">(.*?)</text>")
                .Select(found => WebUtility.HtmlDecode(found.Groups[1].Value));
            Assert.Equal([heading, heading], pictured);
            Assert.DoesNotContain('\u202e', heading);
        }
    }

    [Theory]
    [InlineData('\u0000')]
    [InlineData('\u001b')]
    [InlineData('\u007f')]
    [InlineData('\u0085')]
    [InlineData('\u061c')]
    [InlineData('\u200e')]
    [InlineData('\u200f')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u202a')]
    [InlineData('\u202e')]
    [InlineData('\u2066')]
    [InlineData('\u2069')]
    [InlineData('\ufeff')]
    public async Task A_character_that_could_turn_a_text_round_is_spelled_out_wherever_it_stands(char character)
    {
        var text = $"x{character}y";
        var html = await ProofReportRenderer.RenderAsync(
            ProofPageTests.Report(text) with
            {
                Chain = [new ChainNode(text, text, ReportState.Failed)],
            }
        );
        Assert.DoesNotContain(character, html);
        Assert.DoesNotContain($"&#x{(int)character:x};", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"<h1>x\\u{(int)character:x4}y</h1>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('\n')]
    [InlineData('\t')]
    [InlineData('\u00a0')]
    [InlineData('\u200d')]
    public async Task Other_characters_stay(char character)
    {
        var html = await TextAsync(Bare with { Subject = $"x{character}y" });
        Assert.Contains($"<h1>x{character}y</h1>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_the_same_in_every_culture()
    {
        var report = ProofPageTests.Report("m") with { Chain = [.. Enumerable.Repeat(new ChainNode("k", "t", ReportState.Verified), 30)] };
        var pages = new List<string> { await ProofReportRenderer.RenderAsync(report) };
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (var name in HostileCulture.Names)
            {
                CultureInfo.CurrentCulture = HostileCulture.Make(name);
                pages.Add(await ProofReportRenderer.RenderAsync(report));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Single(pages.Distinct());
    }

    private static Task<string> CheckedAsync(Check check) => TextAsync(Bare with { Sections = [new ReportSection("s", [check])] });

    private static async Task<string> TextAsync(ProofReport report) => WebUtility.HtmlDecode(await ProofReportRenderer.RenderAsync(report));

    [GeneratedRegex("<h2[^>]*>(.*?)</h2>")]
    private static partial Regex Headings();
}
