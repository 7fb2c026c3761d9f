using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Admission;
using Hallmark.Server.Scoring.Answers;
using Hallmark.Server.Scoring.Mlflow;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary><c>POST /v2/models/{name}[/versions/{version}]/infer</c>.</summary>
internal sealed class InferEndpoint(PredictionFlow flow, Intake intake, IScoringModel model, ModelPlace place)
{
    /// <summary>Answers a request.</summary>
    public async Task RunAsync(HttpContext context)
    {
        intake.Admit(context);
        place.Require(context);
        InferReader.RefuseBinary(context.Request);
        InvocationType.RequireJson(context.Request);
        using var body = await intake.ReadAsync(context).ConfigureAwait(false);
        var request = InferReader.Read(body.Bytes, model);
        var output = await flow.RunAsync(context, request.Input).ConfigureAwait(false);
        var decisionId = context.Response.Headers[PredictionHeaders.DecisionId].ToString();
        var tensors = Choose(output, model.Outputs, request.Outputs, decisionId);
        await JsonAnswer
            .WriteAsync(
                context,
                writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("model_name", place.Name);
                    writer.WriteString("model_version", place.Version);
                    if (request.Id is not null)
                    {
                        writer.WriteString("id", request.Id);
                    }

                    writer.WriteStartArray("outputs");
                    foreach (var tensor in tensors)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", tensor.Name);
                        ModelDescription.WriteShape(writer, tensor.Shape);
                        writer.WriteString("datatype", tensor.DataType);
                        writer.WritePropertyName("data");
                        JsonValues.Write(writer, tensor.Data);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    writer.WriteEndObject();
                }
            )
            .ConfigureAwait(false);
    }

    private static IReadOnlyList<OutputTensor> Choose(
        ModelOutput output,
        IReadOnlyList<ModelField> announced,
        IReadOnlyList<string>? wanted,
        string decisionId
    )
    {
        var tensors =
            OutputTensors.Of(output, announced)
            ?? throw new RefusedRequestException(
                StatusCodes.Status500InternalServerError,
                "INTERNAL_ERROR",
                "the model's answer has no form as tensors; ask at /invocations"
            )
            {
                DecisionId = decisionId,
            };
        return wanted is null
            ? tensors
            :
            [
                .. wanted.Select(name =>
                    tensors.FirstOrDefault(tensor => tensor.Name == name)
                    ?? throw new RefusedRequestException(
                        StatusCodes.Status400BadRequest,
                        "INVALID_PARAMETER_VALUE",
                        $"the model gave no output \"{name}\"; it gave {string.Join(", ", tensors.Select(tensor => $"\"{tensor.Name}\""))}"
                    )
                    {
                        DecisionId = decisionId,
                    }
                ),
            ];
    }
}
