namespace Hallmark.Inference.Runners.Onnx;

/// <summary>How ONNX models are run.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// Path of ONNX Runtime's shared library, 1.14 or newer; null takes <c>HALLMARK_ONNXRUNTIME</c>, else what the system finds by name. Whoever can write that file runs code
    /// in this process.
    /// </summary>
    public string? LibraryPath { get; init; }

    /// <summary>Threads that share one run of one model; 1 to 256. 1 unless set: predictions run beside each other, and small models lose by more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 256);
            field = value;
        }
    } = 1;

    /// <summary>Most elements in one input, and in all outputs of one run together; 1 to 2^28. 2^24 (16,777,216) unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxElements
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 28);
            field = value;
        }
    } = 1 << 24;

    /// <summary>Most bytes in all inputs of one run together, and in all its outputs; 1 to 2^34. 2^28 (256 MiB) unless set. Each text counts 32 bytes more than it has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public long MaxTensorsInBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1L << 34);
            field = value;
        }
    } = 1L << 28;

    /// <summary>
    /// Most bytes that the runs of all ONNX models of this process take together for what they compute; 1 MiB and above. Half of the memory that the process may have (of the
    /// machine, or of its container) unless set. The first model that is loaded sets it for the process: another value later is refused.
    /// </summary>
    /// <remarks>Weights, and what the library computes while it loads a model, are beside it.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public long MaxMemoryInBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1 << 20);
            field = value;
        }
    } = Math.Max(1 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
}
