using static Hallmark.Core.Signatures.Secp256k1.Secp256k1Curve;

namespace Hallmark.Core.Signatures.Secp256k1;

/// <summary>ECDSA signatures on secp256k1 from which the signer's key can be found (SEC 1 §4.1.6), as Ethereum writes them: r (32 bytes), s (32 bytes), v.</summary>
public static class RecoverableSignature
{
    /// <summary>How long a signature is: r, s and the recovery number.</summary>
    public const int SizeInBytes = 65;

    /// <summary>How long a recovered key is: 0x04, x, y (SEC 1 §2.3.3).</summary>
    public const int PublicKeySizeInBytes = 65;

    /// <summary>The recovery number of a point with an even y; 28 stands for an odd one.</summary>
    internal const byte EvenRecovery = 27;

    /// <summary>Finds the one key under which a signature verifies.</summary>
    /// <remarks>
    /// Strict: v is 27 or 28, so x of the point is r itself, and s is not above half the group's order, so that nobody can turn a signature into a second one.
    /// Not constant in time: signatures are public.
    /// </remarks>
    /// <param name="digest32">What was signed, 32 bytes.</param>
    /// <param name="signature">r, s and v, 65 bytes.</param>
    /// <param name="publicKey65">Receives the uncompressed point, 65 bytes; zeroes on a false result.</param>
    /// <returns>False where the signature is not of that form or leads to no key; never throws on bytes.</returns>
    /// <exception cref="ArgumentException"><paramref name="digest32"/> or <paramref name="publicKey65"/> has another length.</exception>
    public static bool TryRecover(ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> signature, Span<byte> publicKey65)
    {
        if (digest32.Length != FieldSize || publicKey65.Length != PublicKeySizeInBytes)
        {
            throw new ArgumentException("The digest is 32 bytes and the key 65 bytes long.");
        }

        publicKey65.Clear();
        if (signature.Length != SizeInBytes || signature[^1] is not (EvenRecovery or EvenRecovery + 1))
        {
            return false;
        }

        var r = Read(signature[..FieldSize]);
        var s = Read(signature.Slice(FieldSize, FieldSize));
        if (r.IsZero || r >= Order || s.IsZero || s > HalfOrder)
        {
            return false;
        }

        if (JacobianPoint.Lift(r, isOdd: signature[^1] != EvenRecovery) is not { } point)
        {
            return false;
        }

        // Q = (s·R − z·G) / r
        var inverse = Invert(r, Order);
        var u = Mod(-Read(digest32) * inverse, Order);
        var key = JacobianPoint.Combine(u, BasePoint, Mod(s * inverse, Order), point);
        if (key.IsNeutral)
        {
            return false;
        }

        var (x, y) = key.ToAffine();
        publicKey65[0] = 4;
        Write(x, publicKey65.Slice(1, FieldSize));
        Write(y, publicKey65[(1 + FieldSize)..]);
        return true;
    }
}
