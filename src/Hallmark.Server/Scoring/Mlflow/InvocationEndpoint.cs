using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Admission;
using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Mlflow;

/// <summary><c>POST /invocations</c>: MLflow's scoring protocol; in front of another server, what that server speaks there.</summary>
internal sealed class InvocationEndpoint(PredictionFlow flow, Intake intake, IScoringModel model)
{
    /// <summary>Answers a request.</summary>
    public async Task RunAsync(HttpContext context)
    {
        intake.Admit(context);
        var type = model.HandsOnBytes
            ? InvocationType.ReadAny(context.Request)
            : InvocationType.Read(context.Request, JsonAnswer.MediaType, InvocationType.Csv);
        using var body = await intake.ReadAsync(context).ConfigureAwait(false);
        var input =
            model.HandsOnBytes ? ForwardedBody.Read(context.Request, type, body.Bytes)
            : type == InvocationType.Csv ? InvocationReader.ReadCsv(body.Bytes)
            : InvocationReader.ReadJson(body.Bytes);
        var output = await flow.RunAsync(context, input).ConfigureAwait(false);
        await (output.Raw is { } raw ? JsonAnswer.WriteAsync(context, raw) : WriteAsync(context, output)).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, ModelOutput output) =>
        JsonAnswer.WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("predictions");
                JsonValues.Write(writer, output.Value);
                writer.WriteEndObject();
            }
        );
}
