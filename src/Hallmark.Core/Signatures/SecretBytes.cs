using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hallmark.Core.Signatures;

/// <summary>
/// Secret bytes outside the garbage-collected heap, so that no stray copies are left behind, erased when released. A caller that holds a reference
/// (<see cref="SafeHandle.DangerousAddRef"/>) keeps them whole: a signature over half-erased bytes would give the key away.
/// </summary>
internal sealed unsafe class SecretBytes : SafeHandle
{
    private readonly int _length;

    /// <summary>Room for a secret, all zero.</summary>
    public SecretBytes(int length)
        : base(0, ownsHandle: true)
    {
        _length = length;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)length));
    }

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>The bytes. Only while a reference is held, or before the object is shared.</summary>
    public Span<byte> Span => new((void*)handle, _length);

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(Span);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
