namespace Hallmark.Inference.Status;

/// <summary>What happens where the agent's answer is not a good one (mlflow-events.md §14.4). The default lets nothing through.</summary>
public enum GatePolicy
{
    /// <summary>The failure is thrown: <c>fail_closed</c>.</summary>
    FailClosed = 0,

    /// <summary>The same, under the original's other name: <c>raise</c>.</summary>
    Raise,

    /// <summary>A warning is given and work goes on: <c>fail_open</c>. Never for a mismatch of the bytes themselves.</summary>
    FailOpen,
}
