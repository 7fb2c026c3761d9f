using System.Numerics;
using System.Security.Cryptography;
using static Hallmark.Core.Signatures.Secp256k1.Secp256k1Curve;

namespace Hallmark.Core.Signatures.Secp256k1;

/// <summary>
/// A private key on secp256k1 held in this process's memory, which makes recoverable signatures with the nonces of RFC 6979: the same digest always gets the
/// same signature. Safe for use by several threads until it is disposed.
/// </summary>
/// <remarks>
/// The base library signs with random nonces only. So the point of the nonce is made by the base library, in constant time, and what is left,
/// s = (z + r·d) / k, is computed on numbers that are blinded with fresh random factors: how long that takes says nothing of key or nonce. Every signature is
/// verified by the base library before it is handed out, so that a fault in the arithmetic gives nothing away. The secret itself is erased on
/// <see cref="Dispose"/>; the numbers of a computation are the garbage collector's, which does not erase.
/// </remarks>
public sealed class Secp256k1PrivateKey : IDisposable
{
    /// <summary>How long a private key is.</summary>
    public const int SizeInBytes = 32;

    private readonly SecretBytes _secret = new(SizeInBytes);
    private readonly byte[] _publicKey;
    private readonly ECParameters _publicParameters;

    private Secp256k1PrivateKey(ReadOnlySpan<byte> secret)
    {
        secret.CopyTo(_secret.Span);
        var point = PointOf(secret);
        _publicParameters = new ECParameters { Curve = Named, Q = point };
        _publicKey = [4, .. point.X!, .. point.Y!];
    }

    /// <summary>The public key as an uncompressed point, 65 bytes: 0x04, x, y.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Takes a key.</summary>
    /// <param name="secret32">The key as a big-endian number, 32 bytes; copied.</param>
    /// <returns>Null where the number is zero or not below the group's order.</returns>
    /// <exception cref="ArgumentException"><paramref name="secret32"/> has another length.</exception>
    /// <exception cref="CryptographicException">The base library of this system does not know the curve.</exception>
    public static Secp256k1PrivateKey? TryImport(ReadOnlySpan<byte> secret32)
    {
        if (secret32.Length != SizeInBytes)
        {
            throw new ArgumentException("A private key on secp256k1 is 32 bytes long.", nameof(secret32));
        }

        var number = Read(secret32);
        return number.IsZero || number >= Order ? null : new Secp256k1PrivateKey(secret32);
    }

    /// <summary>Signs a digest.</summary>
    /// <param name="digest32">32 bytes.</param>
    /// <param name="signature65">Receives r, s (low) and v (27 or 28), 65 bytes.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void Sign(ReadOnlySpan<byte> digest32, Span<byte> signature65)
    {
        if (digest32.Length != FieldSize || signature65.Length != RecoverableSignature.SizeInBytes)
        {
            throw new ArgumentException("The digest is 32 bytes and the signature 65 bytes long.");
        }

        var held = false;
        Span<byte> nonce = stackalloc byte[FieldSize];
        try
        {
            _secret.DangerousAddRef(ref held);
            using var nonces = new DeterministicNonce(_secret.Span, digest32);
            do
            {
                nonces.Next(nonce);
            } while (!TrySign(_secret.Span, digest32, nonce, signature65));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(nonce);
            if (held)
            {
                _secret.DangerousRelease();
            }
        }

        using var verifier = ECDsa.Create(_publicParameters);
        if (!verifier.VerifyHash(digest32, signature65[..(2 * FieldSize)]))
        {
            signature65.Clear();
            throw new CryptographicException("A signature was made that does not verify; it was thrown away.");
        }
    }

    /// <summary>Erases the secret. A signature that another thread is making is finished first.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>The public half; never the secret.</summary>
    public override string ToString() => "secp256k1 private key of " + Convert.ToHexStringLower(_publicKey);

    /// <summary>SEC 1 §4.1.3. False where r or s comes out as zero, which asks for another nonce.</summary>
    private static bool TrySign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> nonce, Span<byte> signature)
    {
        var point = PointOf(nonce);
        var x = Read(point.X);

        // A point whose x is at least the order (one in 2^128) would need v 29 or 30, which no reader takes.
        if (x >= Order)
        {
            return false;
        }

        // s = (z + r·d) / k = (f·z + r·(f·d)) / (f·k) with a random f: only products with f are computed with.
        var factor = RandomScalar();
        var blindedKey = Mod(factor * Read(secret), Order);
        var blindedNonce = Mod(factor * Read(nonce), Order);
        var s = Mod(((factor * Read(digest)) + (x * blindedKey)) * Invert(blindedNonce, Order), Order);
        if (x.IsZero || s.IsZero)
        {
            return false;
        }

        var isOdd = (point.Y![^1] & 1) == 1;
        if (s > HalfOrder)
        {
            s = Order - s;
            isOdd = !isOdd;
        }

        Write(x, signature[..FieldSize]);
        Write(s, signature.Slice(FieldSize, FieldSize));
        signature[^1] = (byte)(RecoverableSignature.EvenRecovery + (isOdd ? 1 : 0));
        return true;
    }

    /// <summary>The scalar's multiple of the base point, by the base library.</summary>
    private static ECPoint PointOf(ReadOnlySpan<byte> scalar)
    {
        var copy = GC.AllocateArray<byte>(FieldSize, pinned: true);
        scalar.CopyTo(copy);
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = Named, D = copy });
            return key.ExportParameters(includePrivateParameters: false).Q;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private static BigInteger RandomScalar()
    {
        // 64 bits more than the order has, so that the remainder is even to within 2^-64.
        Span<byte> bytes = stackalloc byte[FieldSize + 8];
        BigInteger scalar;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            scalar = Mod(Read(bytes), Order);
        } while (scalar.IsZero);
        return scalar;
    }
}
