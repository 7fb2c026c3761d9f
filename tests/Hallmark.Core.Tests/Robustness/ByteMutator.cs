namespace Hallmark.Core.Tests.Robustness;

/// <summary>Damages valid inputs the way storage, networks and forgers do. Seeded: the same seed gives the same damage.</summary>
internal sealed class ByteMutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>One to three changes of the input; <paramref name="donor"/> is what may be spliced in. May by chance give the input back.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> input, ReadOnlySpan<byte> donor)
    {
        var bytes = input.ToArray();
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
        {
            bytes = Change(bytes, donor);
        }

        return bytes;
    }

    private byte[] Change(byte[] bytes, ReadOnlySpan<byte> donor)
    {
        if (bytes.Length == 0)
        {
            return [(byte)_random.Next(256)];
        }

        var at = _random.Next(bytes.Length);
        switch (_random.Next(8))
        {
            case 0:
            case 1:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. Slice(bytes), .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. Slice(donor), .. bytes[at..]];
            case 5:
                var until = _random.Next(at, bytes.Length + 1);
                return [.. bytes[..at], .. Slice(donor), .. bytes[until..]];
            case 6:
                return [.. bytes[..at], .. bytes[_random.Next(at, bytes.Length + 1)..]];
            default:
                return [.. bytes[..at], (byte)_random.Next(256), .. bytes[at..]];
        }
    }

    private byte[] Slice(ReadOnlySpan<byte> bytes)
    {
        var start = _random.Next(bytes.Length + 1);
        return bytes.Slice(start, _random.Next(Math.Min(64, bytes.Length - start) + 1)).ToArray();
    }
}
