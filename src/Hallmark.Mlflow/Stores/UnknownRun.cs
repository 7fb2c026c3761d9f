using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;

namespace Hallmark.Mlflow.Stores;

/// <summary>The refusal of a run that a store does not know. It says how much was looked at: "3 experiments, 0 runs" is another store than the one that was meant.</summary>
internal static class UnknownRun
{
    private const int MostRuns = 1000;

    /// <summary>Makes the refusal; where the store cannot say how much it holds, that is left out.</summary>
    public static async Task<MlflowNotFoundException> RefuseAsync(IMlflowStore store, string runId, CancellationToken cancellationToken)
    {
        string looked;
        try
        {
            looked = Describe(await store.MeasureAsync(MostRuns, cancellationToken).ConfigureAwait(false));
        }
        catch (HallmarkException)
        {
            looked = "";
        }

        return new MlflowNotFoundException(
            $"no run \"{Printable.Text(runId)}\" in {store.TrackingUri}{looked}",
            "hallmark runs list      or set MLFLOW_TRACKING_URI to the store the run was logged to"
        );
    }

    private static string Describe(StoreSize size) =>
        size.IsWhole
            ? $" ({Count(size.Experiments, "experiment")}, {Count(size.Runs, "run")} looked at)"
            : $" ({Count(size.Experiments, "experiment")} or more, {Count(size.Runs, "run")} or more)";

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
