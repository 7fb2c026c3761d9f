using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Predictions;

/// <summary>Names in the record what a reader of its hashes could not guess: that a side was committed to as bytes, or as a whole answer.</summary>
internal static class PayloadForms
{
    /// <summary>The member of the record: <c>{"input": "bytes", "output": "answer" or "bytes"}</c>, each side only where it is so.</summary>
    public const string Member = "payload_forms";

    /// <summary>The record with the forms of its sides; as it is where both are those that every record has.</summary>
    public static RecordOptions Name(RecordOptions record, InputForm input, OutputForm output)
    {
        if (input is not InputForm.Bytes && output is OutputForm.Prediction)
        {
            return record;
        }

        var forms = new JsonObject();
        if (input is InputForm.Bytes)
        {
            forms["input"] = "bytes";
        }

        if (output is not OutputForm.Prediction)
        {
            forms["output"] = output is OutputForm.Bytes ? "bytes" : "answer";
        }

        var metadata = record.Metadata?.DeepClone().AsObject() ?? [];
        metadata[Member] = forms;
        return record with { Metadata = metadata };
    }
}
