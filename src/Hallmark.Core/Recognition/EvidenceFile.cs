namespace Hallmark.Core.Recognition;

/// <summary>What kind of evidence a file is, as far as its bytes tell.</summary>
public enum EvidenceFile
{
    /// <summary>Nothing of ours or the family's.</summary>
    Unknown = 0,

    /// <summary>A bundle of ours: a wrapper <c>ario.evidence/v1</c> with a body <c>hallmark.evidence/v1</c>.</summary>
    HallmarkBundle,

    /// <summary>A receipt of a prediction, <c>hallmark/prediction-receipt/v1</c>.</summary>
    PredictionReceipt,

    /// <summary>A wrapper <c>ario.evidence/v1</c> of the family.</summary>
    FamilyWrapper,

    /// <summary>An inclusion bundle <c>ario.agent.proof/v1</c>.</summary>
    InclusionBundle,

    /// <summary>An anchor's receipt, <c>hallmark/receipt/v1</c>.</summary>
    AnchorReceipt,

    /// <summary>One field of a prediction laid open, <c>hallmark/field-disclosure/v1</c>.</summary>
    FieldDisclosure,

    /// <summary>An envelope of the family, or of our profile.</summary>
    Envelope,
}
