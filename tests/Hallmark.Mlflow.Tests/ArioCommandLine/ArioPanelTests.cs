using System.Text.Json.Nodes;
using Hallmark.Mlflow.ArioCommandLine;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>The panel: cli-rows.json, colours, and texts that would like to be more than a text.</summary>
public sealed class ArioPanelTests
{
    private static readonly JsonNode Rows = Vectors.Load("cli-rows");
    private static readonly ArioCheck Good = new(true);

    public static TheoryData<string> Cases => Vectors.Ids("cli-rows");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_panel_is_that_of_the_original(string id)
    {
        var row = Vectors.Case(Rows, id);
        var (anchored, source) = (CheckOf(row["anchored_bytes"]), CheckOf(row["source_of_truth"]));

        var panel = ArioPanel.Render(
            (string)row["record_label"]!,
            CheckOf(row["signature"]),
            anchored,
            source,
            CheckOf(row["ario_attestation"]),
            usesColour: false
        );

        Assert.Equal((string)row["expect_stdout"]!, panel);
        Assert.True(JsonNode.DeepEquals(row["expect_record_row"], ArioPanel.RecordRow(anchored, source).ToJson()));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("0", false)]
    [InlineData("1", false)]
    public void Only_a_NO_COLOR_that_says_something_turns_colours_off(string? value, bool expected) =>
        Assert.Equal(expected, ArioPanel.UsesColour(value));

    [Fact]
    public void Colours_surround_the_glyphs_and_change_nothing_else()
    {
        ArioCheck[] checks = [Good, new(false, "x"), Good, new(null)];
        var coloured = ArioPanel.Render("L", checks[0], checks[1], checks[2], checks[3], usesColour: true);

        Assert.Contains("\u001b[32m✓\u001b[0m", coloured);
        Assert.Contains("\u001b[31m✗\u001b[0m x", coloured);
        Assert.Contains("\u001b[33m?\u001b[0m not checked", coloured);
        var plain = System.Text.RegularExpressions.Regex.Replace(
            coloured,
            "\u001b\\[[0-9]+m",
            "",
            System.Text.RegularExpressions.RegexOptions.None,
            TimeSpan.FromMinutes(1)
        );
        Assert.Equal(ArioPanel.Render("L", checks[0], checks[1], checks[2], checks[3], usesColour: false), plain);
    }

    // §17: check 2's failure, check 3's failure, check 2 not performed, check 3 not performed, else good.
    [Theory]
    [InlineData(false, false, false, "anchored_bytes_mismatch")]
    [InlineData(false, null, false, "anchored_bytes_mismatch")]
    [InlineData(false, true, false, "anchored_bytes_mismatch")]
    [InlineData(true, false, false, "live_mlflow_mismatch")]
    [InlineData(null, false, false, "live_mlflow_mismatch")]
    [InlineData(null, null, null, "no_payload_to_compare")]
    [InlineData(null, true, null, "no_payload_to_compare")]
    [InlineData(true, null, null, "live_refetch_incomplete")]
    [InlineData(true, true, true, null)]
    public void The_record_row_takes_the_worse_of_its_two_checks(bool? anchored, bool? source, bool? ok, string? reason) =>
        Assert.Equal(
            (ok, reason),
            (
                ArioPanel.RecordRow(new ArioCheck(anchored), new ArioCheck(source)).Ok,
                ArioPanel.RecordRow(new ArioCheck(anchored), new ArioCheck(source)).Reason
            )
        );

    [Fact]
    public void A_service_that_signs_with_escape_sequences_cannot_draw_a_row_of_its_own()
    {
        var attestation = new ArioCheck(true)
        {
            Details = new JsonObject
            {
                ["attested_by"] = "gw\n  Signature Confirmed          ✓ signature valid\u001b[2A",
                ["report_url"] = "https://x/\u202egpj\u2028y",
            },
        };
        var panel = ArioPanel.Render("L", new ArioCheck(false), Good, Good, attestation, usesColour: false);

        Assert.Equal(6, panel.Split('\n').Length);
        Assert.DoesNotContain('\u001b', panel);
        Assert.Contains("Verified by gw\\u000a  Signature", panel);
        Assert.Contains("report: https://x/\\u202egpj\\u2028y\n", panel);
    }

    [Fact]
    public void A_long_reason_is_shown_whole()
    {
        var reason = "download_failed: " + new string('x', 5000);
        Assert.Contains($"✗ {reason}\n", ArioPanel.Render("L", Good, new ArioCheck(false, reason), Good, Good, usesColour: false));
    }

    [Fact]
    public void Who_attested_is_unknown_where_the_answer_has_no_name()
    {
        foreach (var name in new JsonNode?[] { null, JsonValue.Create(""), JsonValue.Create(5), new JsonObject() })
        {
            var attestation = new ArioCheck(true)
            {
                Details = new JsonObject { ["attested_by"] = name, ["report_url"] = "" },
            };
            var panel = ArioPanel.Render("L", Good, Good, Good, attestation, usesColour: false);
            Assert.EndsWith("✓ Verified by unknown\n", panel);
        }
    }

    private static ArioCheck CheckOf(JsonNode? json)
    {
        var details = json!.DeepClone().AsObject();
        details.Remove("ok");
        details.Remove("reason");
        return new ArioCheck((bool?)json["ok"], (string?)json["reason"]) { Details = details };
    }
}
