using Hallmark.Reports.Model;

namespace Hallmark.Reports.Pages;

/// <summary>State is colour and glyph and word, never colour alone.</summary>
internal static class StateWords
{
    public static string Word(ReportState state) =>
        state switch
        {
            ReportState.Verified => "VERIFIED",
            ReportState.Failed => "FAILED",
            ReportState.Recorded => "RECORDED",
            _ => "INCOMPLETE",
        };

    public static string Glyph(ReportState state) =>
        state switch
        {
            ReportState.Verified => "✔",
            ReportState.Failed => "✘",
            ReportState.Recorded => "●",
            _ => "–",
        };

    public static string CssClass(ReportState state) =>
        state switch
        {
            ReportState.Verified => "verified",
            ReportState.Failed => "failed",
            ReportState.Recorded => "recorded",
            _ => "incomplete",
        };
}
