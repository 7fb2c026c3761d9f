namespace Hallmark.Inference.Runners;

/// <summary>How an output is written, and so under which member it is committed to.</summary>
public enum OutputForm
{
    /// <summary>What the model answered, as MLflow's scoring protocol has it under <c>predictions</c>.</summary>
    Prediction = 0,

    /// <summary>A whole JSON answer that is not <c>predictions</c> alone.</summary>
    Answer,

    /// <summary>An answer that is no JSON, or none that has a canonical form: the value says its type, length and SHA-256 (<see cref="RawBytes"/>).</summary>
    Bytes,
}
