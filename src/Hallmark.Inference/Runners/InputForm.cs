namespace Hallmark.Inference.Runners;

/// <summary>How an input is written.</summary>
public enum InputForm
{
    /// <summary>A value as a caller in this process has it: an object with named values, a list, or anything else (mlflow-events.md §7.1).</summary>
    Plain = 0,

    /// <summary>MLflow's <c>dataframe_split</c>: <c>columns</c>, <c>data</c>, perhaps <c>index</c>.</summary>
    DataframeSplit,

    /// <summary>MLflow's <c>dataframe_records</c>: a list of objects.</summary>
    DataframeRecords,

    /// <summary>MLflow's (TensorFlow Serving's) <c>instances</c>: a row each.</summary>
    Instances,

    /// <summary>MLflow's (TensorFlow Serving's) <c>inputs</c>: by columns.</summary>
    Inputs,

    /// <summary>CSV with a line of names: the value is the text.</summary>
    Csv,

    /// <summary>The Open Inference Protocol's (v2) list of tensors: <c>name</c>, <c>shape</c>, <c>datatype</c>, <c>data</c>.</summary>
    OpenInference,

    /// <summary>A body that is handed on without being read: the value says its type, length and SHA-256 (<see cref="RawBytes"/>).</summary>
    Bytes,
}
