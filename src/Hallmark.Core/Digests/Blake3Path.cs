namespace Hallmark.Core.Digests;

/// <summary>Which of the machine's instructions BLAKE3 uses; all give the same digests.</summary>
internal enum Blake3Path
{
    /// <summary>One block after the other, on any machine.</summary>
    Scalar,

    /// <summary>Eight chunks side by side.</summary>
    Avx2,

    /// <summary>Sixteen chunks side by side.</summary>
    Avx512,
}
