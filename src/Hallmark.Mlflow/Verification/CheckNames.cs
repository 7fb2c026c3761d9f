namespace Hallmark.Mlflow.Verification;

/// <summary>The checks of our own verdicts.</summary>
public static class CheckNames
{
    /// <summary>Is there an envelope for this subject?</summary>
    public const string ProofFound = "proof_found";

    /// <summary>Did its key sign it, and may that key?</summary>
    public const string Signature = "signature";

    /// <summary>Do the record's bytes have the committed hash?</summary>
    public const string Record = "record";

    /// <summary>Do record and envelope speak of the same event and thing?</summary>
    public const string Identity = "identity";

    /// <summary>Does MLflow still say what was recorded of the run?</summary>
    public const string LiveRun = "live_run";

    /// <summary>Are the files those that were recorded?</summary>
    public const string Artifacts = "artifacts";

    /// <summary>Does the registry still say what was recorded of the version?</summary>
    public const string LiveRegistry = "live_registry";

    /// <summary>Does the trace still say what was recorded of the prediction?</summary>
    public const string LiveTrace = "live_trace";

    /// <summary>Does the alias point where it was recorded to point?</summary>
    public const string Alias = "alias";

    /// <summary>Is it the version that was recorded to be in the stage?</summary>
    public const string Stage = "stage";

    /// <summary>Is it the newest of the versions that were recorded?</summary>
    public const string Latest = "latest";

    /// <summary>Is the envelope in our ledger, byte for byte?</summary>
    public const string Ledger = "ledger";

    /// <summary>Does the chain lead back to its beginning?</summary>
    public const string Lineage = "lineage";
}
