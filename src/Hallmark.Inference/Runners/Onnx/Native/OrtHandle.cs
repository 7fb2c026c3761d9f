using System.Runtime.InteropServices;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>Something that ONNX Runtime made, released once: when it is disposed and nothing uses it any more.</summary>
internal sealed unsafe class OrtHandle : SafeHandle
{
    private readonly delegate* unmanaged<nint, void> _release;

    /// <param name="value">The address.</param>
    /// <param name="release">The function of the table that releases it.</param>
    public OrtHandle(nint value, delegate* unmanaged<nint, void> release)
        : base(0, ownsHandle: true)
    {
        _release = release;
        SetHandle(value);
    }

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>The address, for calls during which the caller keeps this object alive.</summary>
    public nint Value => handle;

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        _release(handle);
        return true;
    }
}
