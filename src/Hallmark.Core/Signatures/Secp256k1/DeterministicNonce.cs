using System.Numerics;
using System.Security.Cryptography;
using static Hallmark.Core.Signatures.Secp256k1.Secp256k1Curve;

namespace Hallmark.Core.Signatures.Secp256k1;

/// <summary>The nonces of RFC 6979 §3.2 with HMAC-SHA-256, for one key and one digest of 256 bits.</summary>
internal sealed class DeterministicNonce : IDisposable
{
    private readonly byte[] _key = GC.AllocateArray<byte>(FieldSize, pinned: true);
    private readonly byte[] _value = GC.AllocateArray<byte>(FieldSize, pinned: true);

    /// <param name="secret32">The private key.</param>
    /// <param name="digest32">What is signed.</param>
    public DeterministicNonce(ReadOnlySpan<byte> secret32, ReadOnlySpan<byte> digest32)
    {
        _value.AsSpan().Fill(1);
        Span<byte> reduced = stackalloc byte[FieldSize];
        Write(Mod(Read(digest32), Order), reduced);
        Mix(0, secret32, reduced);
        Mix(1, secret32, reduced);
    }

    /// <summary>Writes the next nonce: 1 to the group's order less 1.</summary>
    public void Next(Span<byte> nonce32)
    {
        while (true)
        {
            HMACSHA256.HashData(_key, _value, _value);
            _value.CopyTo(nonce32);
            var number = Read(nonce32);
            Mix(0, default, default);
            if (number > BigInteger.Zero && number < Order)
            {
                return;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_value);
    }

    private void Mix(byte separator, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> digest)
    {
        Span<byte> input = stackalloc byte[(3 * FieldSize) + 1];
        _value.CopyTo(input);
        input[FieldSize] = separator;
        secret.CopyTo(input[(FieldSize + 1)..]);
        digest.CopyTo(input[(FieldSize + 1 + secret.Length)..]);
        HMACSHA256.HashData(_key, input[..(FieldSize + 1 + secret.Length + digest.Length)], _key);
        CryptographicOperations.ZeroMemory(input);
        HMACSHA256.HashData(_key, _value, _value);
    }
}
