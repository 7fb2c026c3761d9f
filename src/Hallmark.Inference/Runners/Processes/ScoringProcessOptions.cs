using Hallmark.Inference.Runners.Scoring;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>How a model's scoring process is started, watched and ended.</summary>
public sealed record ScoringProcessOptions
{
    /// <summary>The variable of the child's environment that holds the secret of this one process.</summary>
    public const string SecretVariable = "HALLMARK_SCORING_SECRET";

    /// <summary>The header that carries the secret in each of our requests: a child that demands it answers nobody else.</summary>
    public const string SecretHeader = "Hallmark-Scoring-Secret";

    /// <summary>What is started where no command is given. The environment must hold what the model needs: nothing is installed.</summary>
    public static IReadOnlyList<string> DefaultCommand { get; } =
    ["mlflow", "models", "serve", "-m", "{model}", "-h", "{host}", "-p", "{port}", "--env-manager", "local"];

    /// <summary>
    /// The program and its arguments, or null for <see cref="DefaultCommand"/>. No shell reads them. <c>{model}</c> stands for the folder of the verified copy, <c>{host}</c>
    /// and <c>{port}</c> for where to listen; <c>{socket}</c> in place of the port for a Unix socket in a folder that only this user can enter.
    /// </summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>
    /// Variables of our environment that are passed on although they look like secrets, for a model that needs one. Variables of Hallmark and of ar.io are never passed on.
    /// </summary>
    public IReadOnlyList<string> PassedVariables { get; init; } = [];

    /// <summary>Bounds of one prediction.</summary>
    public ExchangeLimits Limits { get; init; } = new();

    /// <summary>How long a process may take until it says that it is ready; up to an hour. Two minutes unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or longer than an hour.</exception>
    public TimeSpan StartTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromHours(1));
    } = TimeSpan.FromMinutes(2);

    /// <summary>How long it may take to end when it is asked to (SIGTERM), before it is killed; up to ten minutes. 5 seconds unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or longer than ten minutes.</exception>
    public TimeSpan StopTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMinutes(10));
    } = TimeSpan.FromSeconds(5);

    /// <summary>The pause before it is started again after it died; doubled each time, up to <see cref="LongestPause"/>. One second unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or longer than an hour.</exception>
    public TimeSpan FirstPause
    {
        get;
        init => field = InRange(value, TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause; a process that lived for longer than this begins again with the first. One minute unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or longer than an hour.</exception>
    public TimeSpan LongestPause
    {
        get;
        init => field = InRange(value, TimeSpan.FromHours(1));
    } = TimeSpan.FromMinutes(1);

    /// <summary>Told, in one sentence, when a process died, does not start, or runs again; for logs. What it throws is ignored.</summary>
    public Action<string>? Notice { get; init; }

    private static TimeSpan InRange(TimeSpan value, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }
}
