namespace Hallmark.Mlflow.Stores;

/// <summary>The order of a metric's points.</summary>
public static class MetricOrder
{
    /// <summary>By timestamp, then step, then value: as histories are given.</summary>
    public static IComparer<MetricPoint> History { get; } =
        Comparer<MetricPoint>.Create(
            (a, b) =>
            {
                var byTime = a.Timestamp.CompareTo(b.Timestamp);
                var byStep = byTime != 0 ? byTime : a.Step.CompareTo(b.Step);
                return byStep != 0 ? byStep : CompareValues(a.Value, b.Value);
            }
        );

    /// <summary>Compares values with a NaN above all numbers.</summary>
    public static int CompareValues(double a, double b) =>
        (double.IsNaN(a), double.IsNaN(b)) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => a.CompareTo(b),
        };
}
