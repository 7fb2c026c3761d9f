using Hallmark.Reports.Model;
using Hallmark.Reports.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hallmark.Reports;

/// <summary>Renders proof pages: one self-contained HTML file without scripts, that loads nothing.</summary>
public static class ProofReportRenderer
{
    /// <summary>Renders a page as HTML text, to be written as UTF-8.</summary>
    public static async Task<string> RenderAsync(ProofReport report)
    {
        using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).BuildServiceProvider();
        var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        await using (renderer.ConfigureAwait(false))
        {
            return await renderer
                .Dispatcher.InvokeAsync(async () =>
                {
                    var parameters = ParameterView.FromDictionary(
                        new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(ProofPage.Report)] = report }
                    );
                    var output = await renderer.RenderComponentAsync<ProofPage>(parameters).ConfigureAwait(false);
                    return VisibleControls.In(output.ToHtmlString());
                })
                .ConfigureAwait(false);
        }
    }
}
