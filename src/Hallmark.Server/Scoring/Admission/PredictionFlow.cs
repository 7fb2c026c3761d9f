using System.Threading.RateLimiting;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Answers;
using Hallmark.Server.Scoring.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hallmark.Server.Scoring.Admission;

/// <summary>The way of one prediction: its turn, a place in the log, the model, the receipt; and only then an answer.</summary>
internal sealed partial class PredictionFlow(
    IScoringModel model,
    ScoringServerOptions options,
    Turns turns,
    ScoringMetrics metrics,
    TimeProvider time,
    ILogger<PredictionFlow> logger
)
{
    /// <summary>Predicts, waits for what the server promises, and sets the answer's headers.</summary>
    /// <exception cref="Exception">Nothing is answered as done: see <see cref="ErrorAnswers.Of"/>.</exception>
    public async Task<ModelOutput> RunAsync(HttpContext context, ModelInput input)
    {
        var started = time.GetTimestamp();
        using var span = ScoringTrace.Start(context.Request, model);
        var traces = new CallerTraces(
            options.CaptureTraces ? ScoringTrace.IdsOf(span, context.Request) : null,
            options.TakesMlflowTraces ? MlflowTraceHeader.Find(context.Request) : null
        );

        var turn = await turns.TakeAsync(context.RequestAborted).ConfigureAwait(false);

        // One source for both reasons to give up: which of them it was says the request's own token.
        var aborted = context.RequestAborted;
        using var end = new CancellationTokenSource(options.Limits.PredictionTime, time);
        using var link = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), end); // ! the state given here
        var scored = await PredictAsync(turn, input, traces, end.Token, aborted).ConfigureAwait(false);
        metrics.Inference(time.GetElapsedTime(started));
        span?.SetTag("hallmark.decision_id", scored.DecisionId);

        var state = await WaitAsync(scored, context, end.Token).ConfigureAwait(false);
        metrics.Predicted(state);
        PredictionHeaders.Write(context.Response, scored.DecisionId, state);
        return scored.Output;
    }

    private async Task<ScoredPrediction> PredictAsync(
        RateLimitLease turn,
        ModelInput input,
        CallerTraces traces,
        CancellationToken end,
        CancellationToken aborted
    )
    {
        // The turn is kept until the model is really done: one that never ends must not have others started beside it without end.
        var prediction = HoldAsync();
        try
        {
            return await prediction.WaitAsync(end).ConfigureAwait(false)
                ?? throw RefusedRequestException.Full("the log of predictions is full now");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            _ = prediction.ContinueWith(
                static abandoned => abandoned.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            aborted.ThrowIfCancellationRequested();
            throw Late(decisionId: null);
        }

        async Task<ScoredPrediction?> HoldAsync()
        {
            using (turn)
            {
                metrics.Begin();
                try
                {
                    return await model.TryPredictAsync(input, traces, end).ConfigureAwait(false);
                }
                finally
                {
                    metrics.End();
                }
            }
        }
    }

    private async Task<string> WaitAsync(ScoredPrediction scored, HttpContext context, CancellationToken end)
    {
        if (options.Wait is ReceiptWait.None)
        {
            _ = scored.Logged.ContinueWith(
                failed => LogLost(failed.Exception!.GetBaseException(), scored.DecisionId), // asked for faulted tasks only
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            return PredictionHeaders.Queued;
        }

        try
        {
            _ = await scored.Logged.WaitAsync(end).ConfigureAwait(false);
            if (options.Wait is ReceiptWait.Logged)
            {
                return PredictionHeaders.Logged;
            }

            await scored.WaitForCheckpointAsync(end).ConfigureAwait(false);
            return PredictionHeaders.Checkpointed;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw Late(scored.DecisionId);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogLost(failure, scored.DecisionId);
            throw new RefusedRequestException(
                StatusCodes.Status503ServiceUnavailable,
                "TEMPORARILY_UNAVAILABLE",
                $"the prediction could not be logged, and is not given out without its receipt (request {context.TraceIdentifier})"
            )
            {
                RetryAfter = (failure as UnavailableException)?.RetryAfter ?? TimeSpan.FromSeconds(1),
                DecisionId = scored.DecisionId,
            };
        }
    }

    private static RefusedRequestException Late(string? decisionId) =>
        new(
            StatusCodes.Status504GatewayTimeout,
            "TEMPORARILY_UNAVAILABLE",
            decisionId is null ? "the model did not answer in time" : "the receipt was not there in time"
        )
        {
            DecisionId = decisionId,
        };

    [LoggerMessage(Level = LogLevel.Error, Message = "prediction {DecisionId} could not be logged")]
    private partial void LogLost(Exception failure, string decisionId);
}
