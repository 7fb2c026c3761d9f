using System.Security.Cryptography;
using System.Text;

namespace Hallmark.Reports.Pages;

/// <summary>The one style sheet, inlined; the page's policy names its hash and allows nothing else, no script and nothing from elsewhere.</summary>
internal static class ReportStyle
{
    private static readonly string Css = Read();

    public static string Element { get; } = $"<style>{Css}</style>";

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; base-uri 'none'; form-action 'none'";

    private static string Read()
    {
        using var stream =
            typeof(ReportStyle).Assembly.GetManifestResourceStream("report.css")
            ?? throw new InvalidOperationException("report.css is not in the assembly");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
