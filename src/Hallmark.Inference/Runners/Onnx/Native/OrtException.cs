namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>A call into ONNX Runtime failed.</summary>
/// <param name="code">Its <c>OrtErrorCode</c>.</param>
/// <param name="message">Its own words; they may name files of this machine.</param>
internal sealed class OrtException(int code, string message) : Exception(message)
{
    /// <summary><c>ORT_INVALID_ARGUMENT</c>: something handed in does not fit.</summary>
    public const int InvalidArgument = 2;

    /// <summary>True where the library says that it may not, or cannot, take the memory that was asked for; judged by its words, since it has no code for it.</summary>
    public bool IsOutOfMemory =>
        Message.Contains("Available memory of", StringComparison.Ordinal)
        || Message.Contains("Failed to allocate memory", StringComparison.Ordinal)
        || Message.Contains("bad_alloc", StringComparison.Ordinal);

    /// <summary>The library's <c>OrtErrorCode</c>.</summary>
    public int Code => code;
}
