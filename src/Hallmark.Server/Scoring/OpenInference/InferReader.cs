using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Answers;
using Hallmark.Server.Scoring.Mlflow;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>Reads a request for an inference (Open Inference Protocol v2, JSON only). What is not understood is refused, not passed over: a receipt must speak for all that the model got.</summary>
internal static class InferReader
{
    /// <summary>The header of the binary extension.</summary>
    public const string BinaryHeader = "Inference-Header-Content-Length";

    // Whether the answer's data are to be binary: of one output, and of all.
    private static readonly string[] Answer = ["binary_data", "binary_data_output"];

    private const int MaxTensors = 1_024;
    private const int MaxIdLength = 1_024;

    /// <summary>Refuses a request of the binary extension before its body is read.</summary>
    /// <exception cref="RefusedRequestException">400.</exception>
    public static void RefuseBinary(HttpRequest request)
    {
        if (request.Headers.ContainsKey(BinaryHeader))
        {
            throw Binary();
        }
    }

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="model">What the model gives, against which the wanted outputs are held.</param>
    /// <exception cref="RefusedRequestException">400.</exception>
    /// <exception cref="Core.Json.JsonRejectedException">It is not JSON, or not such that a hash could speak for it.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> utf8, IScoringModel model)
    {
        if (BodyJson.Read(utf8) is not JsonObject body)
        {
            throw RefusedRequestException.BadRequest("the request must be a JSON object");
        }

        RequireOnly(body, "the request", "id", "parameters", "inputs", "outputs");
        string? id = null;
        if (body["id"] is { } given && !(given is JsonValue value && value.TryGetValue(out id) && id.Length <= MaxIdLength))
        {
            throw RefusedRequestException.InvalidValue($"id must be a text of at most {MaxIdLength} characters");
        }

        var parameters = ReadParameters(body, "the request");
        if (body["inputs"] is not JsonArray { Count: > 0 and <= MaxTensors } inputs)
        {
            throw RefusedRequestException.InvalidValue($"inputs must be a list of 1 to {MaxTensors} tensors");
        }

        var tensors = new JsonArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            tensors.Add((JsonNode)ReadTensor(input, names));
        }

        var outputs = ReadOutputs(body["outputs"], model);
        return new InferRequest(id, new ModelInput(InputForm.OpenInference, tensors, parameters), outputs);
    }

    private static JsonObject ReadTensor(JsonNode? node, HashSet<string> names)
    {
        if (node is not JsonObject tensor)
        {
            throw RefusedRequestException.InvalidValue("an input must be an object with name, shape, datatype and data");
        }

        RequireOnly(tensor, "an input", "name", "shape", "datatype", "parameters", "data");
        var name = ReadText(tensor, "name") ?? throw RefusedRequestException.InvalidValue("an input must have a name");
        if (!names.Add(name))
        {
            throw RefusedRequestException.InvalidValue($"input \"{name}\" stands twice");
        }

        var parameters = ReadParameters(tensor, $"input \"{name}\"");
        var type = ReadText(tensor, "datatype");
        if (!TensorType.IsKnown(type))
        {
            throw RefusedRequestException.InvalidValue($"input \"{name}\": datatype must be one of {TensorType.Names}");
        }

        var shape = TensorData.ReadShape(name, tensor["shape"], out var count);
        var data = TensorData.Flatten(name, tensor["data"], type!, shape, count); // known, so not null
        tensor.Remove("data");
        var read = new JsonObject
        {
            ["name"] = name,
            ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
            ["datatype"] = type,
            ["data"] = data,
        };
        if (parameters is { Count: > 0 })
        {
            read["parameters"] = parameters;
        }

        return read;
    }

    private static List<string>? ReadOutputs(JsonNode? node, IScoringModel model)
    {
        if (node is null)
        {
            return null;
        }

        if (node is not JsonArray { Count: <= MaxTensors } list)
        {
            throw RefusedRequestException.InvalidValue($"outputs must be a list of at most {MaxTensors} objects with a name");
        }

        var wanted = new List<string>();
        foreach (var item in list)
        {
            if (item is not JsonObject output || ReadText(output, "name") is not { } name)
            {
                throw RefusedRequestException.InvalidValue("an output must be an object with a name");
            }

            RequireOnly(output, "an output", "name", "parameters");
            _ = ReadParameters(output, $"output \"{name}\"");
            if (wanted.Contains(name))
            {
                throw RefusedRequestException.InvalidValue($"output \"{name}\" stands twice");
            }

            if (model.Outputs.Count > 0 && model.Outputs.All(known => OutputTensors.NameOf(known) != name))
            {
                throw RefusedRequestException.InvalidValue(
                    $"the model has no output \"{name}\"; it has {string.Join(", ", model.Outputs.Select(known => $"\"{OutputTensors.NameOf(known)}\""))}"
                );
            }

            wanted.Add(name);
        }

        return wanted.Count == 0 ? null : wanted;
    }

    // What is read out is taken off its parent, so that it can stand elsewhere.
    private static JsonObject? ReadParameters(JsonObject owner, string what)
    {
        if (owner["parameters"] is not { } given)
        {
            return null;
        }

        if (given is not JsonObject parameters || parameters.Any(one => one.Value is JsonObject or JsonArray))
        {
            throw RefusedRequestException.InvalidValue($"parameters of {what} must be an object of texts, numbers and booleans");
        }

        // A false says JSON, which is what comes: Triton's client says it of each output that it wants so. It is no parameter of the model.
        foreach (var name in Answer)
        {
            if (parameters[name] is JsonValue asked && asked.GetValueKind() is JsonValueKind.False)
            {
                parameters.Remove(name);
            }
        }

        if (parameters.ContainsKey("binary_data_size") || Answer.Any(parameters.ContainsKey))
        {
            throw Binary();
        }

        owner.Remove("parameters");
        return parameters;
    }

    private static string? ReadText(JsonObject owner, string member) =>
        owner[member] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    private static void RequireOnly(JsonObject owner, string what, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in owner)
        {
            if (!known.Contains(name))
            {
                throw RefusedRequestException.InvalidValue($"{what} has a member that this server does not know: {name}");
            }
        }
    }

    private static RefusedRequestException Binary() =>
        RefusedRequestException.BadRequest("this server does not speak the binary tensor data extension: send data as JSON");
}
