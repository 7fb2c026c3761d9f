namespace Hallmark.Mlflow.Events;

/// <summary>The tags of mlflow-events.md §10. All values are strings.</summary>
public static class ArioTags
{
    /// <summary>Ed25519 public key, 64 hex digits.</summary>
    public const string PublicKey = "ario.public_key";

    /// <summary><c>signed</c>, <c>anchored</c> or <c>verified</c>.</summary>
    public const string VerifyStatus = "ario.verify_status";

    /// <summary>The record's SHA-256, 64 hex digits.</summary>
    public const string PayloadHash = "ario.payload_hash";

    /// <summary>SHA-256 of the canonical artifact map; absent where the map is empty.</summary>
    public const string ArtifactHash = "ario.artifact_hash";

    /// <summary>Transaction id of the training event's upload.</summary>
    public const string TrainingTx = "ario.training_tx";

    /// <summary>Transaction id of the registration event's upload.</summary>
    public const string RegistrationTx = "ario.registration_tx";

    /// <summary>Where the upload can be seen.</summary>
    public const string ArweaveUrl = "ario.arweave_url";

    /// <summary>How the wallet came to be.</summary>
    public const string WalletMode = "ario.wallet_mode";

    /// <summary><c>solana</c> or <c>arweave</c>.</summary>
    public const string WalletType = "ario.wallet_type";

    /// <summary>Before a dataset's name: transaction id of its dataset event.</summary>
    public const string DatasetTxPrefix = "ario.dataset_anchor_tx.";

    /// <summary>On a registered model: payload hash of the newest uploaded training event.</summary>
    public const string LastTrainingHash = "ario.last_training_hash";

    /// <summary><c>true</c> or <c>false</c>; absent where it could not be told.</summary>
    public const string ArtifactVerified = "ario.artifact_verified";

    /// <summary>Payload hash of the newest promotion.</summary>
    public const string PromotionPayloadHash = "ario.promotion_payload_hash";

    /// <summary>Transaction id of the newest promotion's upload.</summary>
    public const string PromotionTx = "ario.promotion_tx";

    /// <summary>On a trace: the complete canonical record of the prediction.</summary>
    public const string PayloadJson = "ario.payload_json";

    /// <summary>The prediction's id.</summary>
    public const string DecisionId = "ario.decision_id";

    /// <summary>The predicting model's name.</summary>
    public const string ModelName = "ario.model_name";

    /// <summary>The predicting model's version.</summary>
    public const string ModelVersion = "ario.model_version";

    /// <summary>SHA-256 of the canonical input.</summary>
    public const string InputHash = "ario.input_hash";

    /// <summary>SHA-256 of the canonical output.</summary>
    public const string OutputHash = "ario.output_hash";

    /// <summary><c>anchoring</c>, <c>anchored</c>, <c>disabled</c> or <c>failed</c>.</summary>
    public const string ProofStatus = "ario.proof_status";

    /// <summary>Transaction id of the prediction event's upload.</summary>
    public const string PredictionTx = "ario.prediction_tx";

    /// <summary>Level of an outside attestation, a number.</summary>
    public const string AttestationLevel = "ario.attestation_level";

    /// <summary>Where the attestation's report is.</summary>
    public const string ReportUrl = "ario.report_url";

    /// <summary>Who attested.</summary>
    public const string AttestedBy = "ario.attested_by";

    /// <summary>When it was attested.</summary>
    public const string AttestedAt = "ario.attested_at";
}
