using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Admission;
using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Mlflow;

/// <summary><c>POST /invocations</c>: MLflow's scoring protocol.</summary>
internal sealed class InvocationEndpoint(PredictionFlow flow, Intake intake)
{
    /// <summary>Answers a request.</summary>
    public async Task RunAsync(HttpContext context)
    {
        intake.Admit(context);
        var type = InvocationType.Read(context.Request, JsonAnswer.MediaType, InvocationType.Csv);
        ModelInput input;
        using (var body = await intake.ReadAsync(context).ConfigureAwait(false))
        {
            input = type == InvocationType.Csv ? InvocationReader.ReadCsv(body.Bytes) : InvocationReader.ReadJson(body.Bytes);
            var output = await flow.RunAsync(context, input).ConfigureAwait(false);
            await JsonAnswer
                .WriteAsync(
                    context,
                    writer =>
                    {
                        writer.WriteStartObject();
                        writer.WritePropertyName("predictions");
                        JsonValues.Write(writer, output.Value);
                        writer.WriteEndObject();
                    }
                )
                .ConfigureAwait(false);
        }
    }
}
