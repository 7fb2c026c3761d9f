using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring.Answers;

namespace Hallmark.Server.Scoring.Mlflow;

/// <summary>Reads the bodies of MLflow's scoring protocol.</summary>
internal static class InvocationReader
{
    private const string Parameters = "params";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly (string Member, InputForm Form)[] Forms =
    [
        ("dataframe_split", InputForm.DataframeSplit),
        ("dataframe_records", InputForm.DataframeRecords),
        ("instances", InputForm.Instances),
        ("inputs", InputForm.Inputs),
    ];

    /// <summary>Reads JSON: exactly one of the four members, beside it perhaps <c>params</c>. Other members go nowhere, as with MLflow.</summary>
    /// <exception cref="RefusedRequestException">400.</exception>
    /// <exception cref="Core.Json.JsonRejectedException">It is not JSON, or not such that a hash could speak for it.</exception>
    public static ModelInput ReadJson(ReadOnlySpan<byte> utf8)
    {
        if (BodyJson.Read(utf8) is not JsonObject body)
        {
            throw RefusedRequestException.BadRequest("the input must be a JSON object with exactly one of " + Members());
        }

        var present = Forms.Where(form => body.ContainsKey(form.Member)).ToList();
        if (present is not [var (member, form)])
        {
            throw RefusedRequestException.BadRequest(
                $"the input must have exactly one of {Members()}; it has {(present.Count == 0 ? "none" : string.Join(", ", present.Select(one => one.Member)))}"
            );
        }

        var value = body[member];
        Check(form, value);
        JsonObject? parameters = null;
        if (body[Parameters] is { } given)
        {
            parameters = given as JsonObject ?? throw RefusedRequestException.InvalidValue("params must be an object");
            body.Remove(Parameters);
        }

        body.Remove(member);
        return new ModelInput(form, value, parameters);
    }

    /// <summary>
    /// Reads JSON of which nothing may go nowhere: one of the four members alone, or with <c>params</c>, is that form; anything else is the value as it stands. Its hash is that of
    /// the whole body in either case.
    /// </summary>
    /// <exception cref="RefusedRequestException">400.</exception>
    /// <exception cref="Core.Json.JsonRejectedException">It is not JSON, or not such that a hash could speak for it.</exception>
    public static ModelInput ReadAnyJson(ReadOnlySpan<byte> utf8)
    {
        var node = BodyJson.Read(utf8);
        if (node is JsonObject { Count: 1 or 2 } body)
        {
            var parameters = body[Parameters] as JsonObject;
            foreach (var (member, form) in Forms)
            {
                if (body.ContainsKey(member) && body.Count == (parameters is null ? 1 : 2))
                {
                    var value = body[member];
                    body.Clear();
                    return new ModelInput(form, value, parameters);
                }
            }
        }

        return ModelInput.Of(node);
    }

    /// <summary>Reads CSV with a line of names.</summary>
    /// <exception cref="RefusedRequestException">400: not UTF-8, or nothing behind the names.</exception>
    public static ModelInput ReadCsv(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw RefusedRequestException.BadRequest("invalid input: the CSV is not UTF-8");
        }

        if (text.StartsWith('\uFEFF'))
        {
            throw RefusedRequestException.BadRequest("invalid input: a byte order mark is not allowed");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw RefusedRequestException.BadRequest("invalid input: the CSV holds a NUL");
        }

        return string.IsNullOrWhiteSpace(text)
            ? throw RefusedRequestException.BadRequest("the body is empty: CSV begins with a line of names")
            : new ModelInput(InputForm.Csv, JsonValue.Create(text));
    }

    private static void Check(InputForm form, JsonNode? value)
    {
        switch (form)
        {
            case InputForm.DataframeSplit:
                CheckSplit(value);
                break;
            case InputForm.DataframeRecords:
                CheckRecords(value);
                break;
            case InputForm.Instances when value is not JsonArray:
                throw RefusedRequestException.BadRequest("instances must be a list");
            case InputForm.Inputs when value is null:
                throw RefusedRequestException.BadRequest("inputs must not be null");
            default:
                break;
        }
    }

    private static void CheckRecords(JsonNode? value)
    {
        if (value is not JsonArray records)
        {
            throw RefusedRequestException.BadRequest("dataframe_records must be a list of objects");
        }

        for (var row = 0; row < records.Count; row++)
        {
            if (records[row] is not JsonObject)
            {
                throw RefusedRequestException.BadRequest($"dataframe_records must be a list of objects; row {row} (counted from 0) is not");
            }
        }
    }

    private static void CheckSplit(JsonNode? value)
    {
        if (value is not JsonObject split || split["data"] is not JsonArray data)
        {
            throw RefusedRequestException.BadRequest("dataframe_split must be an object with columns and data");
        }

        var width = -1;
        if (split["columns"] is { } named)
        {
            if (named is not JsonArray columns || columns.Any(column => column is null or JsonObject or JsonArray))
            {
                throw RefusedRequestException.BadRequest("columns of dataframe_split must be a list of names");
            }

            width = columns.Count;
            if (columns.Select(column => column!.ToJsonString()).Distinct(StringComparer.Ordinal).Count() != width) // none is null, above
            {
                throw RefusedRequestException.BadRequest("columns of dataframe_split names a column twice");
            }
        }

        for (var row = 0; row < data.Count; row++)
        {
            if (data[row] is not JsonArray cells || (width >= 0 && cells.Count != width))
            {
                throw RefusedRequestException.BadRequest(
                    $"data of dataframe_split must be rows of {(width < 0 ? "" : width + " ")}values; row {row} (counted from 0) is not"
                );
            }
        }

        if (split["index"] is { } index && (index is not JsonArray labels || labels.Count != data.Count))
        {
            throw RefusedRequestException.BadRequest("index of dataframe_split must have one label for each row");
        }
    }

    private static string Members() => string.Join(", ", Forms.Select(form => form.Member));
}
