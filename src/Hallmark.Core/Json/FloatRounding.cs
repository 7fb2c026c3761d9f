using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hallmark.Core.Json;

/// <summary>Rounds measured values before they are hashed (envelope family §3): the exact binary value, to the nearest decimal, ties to even.</summary>
public static class FloatRounding
{
    /// <summary>How many decimals metrics are rounded to.</summary>
    public const int MetricDecimals = 6;

    /// <summary>How many decimals latencies in milliseconds are rounded to.</summary>
    public const int LatencyDecimals = 2;

    private const int MaxDecimals = 15;

    private const double SmallestWithoutFraction = 1L << 52;

    private static readonly UInt128 LargestExact = UInt128.One << 53;

    private static readonly long[] Scales =
    [
        .. Enumerable.Range(0, MaxDecimals + 1).Select(decimals => (long)BigInteger.Pow(10, decimals)),
    ];

    /// <summary>Rounds one value.</summary>
    /// <param name="value">Any double; NaN, infinities, integral values and everything from 2⁵² on come back as they are.</param>
    /// <param name="decimals">How many decimals are kept: 0 to 15.</param>
    /// <returns>The double nearest to the nearest decimal; small negative values give −0, which is written <c>0</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decimals"/> is outside that range.</exception>
    public static double Round(double value, int decimals = MetricDecimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        var magnitude = Math.Abs(value);
        if (!double.IsFinite(value) || magnitude >= SmallestWithoutFraction || Math.Truncate(value) == value)
        {
            return value;
        }

        // magnitude = significand / 2^shift exactly, and shift > 0 because there is a fraction.
        var bits = BitConverter.DoubleToInt64Bits(magnitude);
        var exponent = (int)(bits >> 52);
        var significand = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        var shift = 1075 - Math.Max(exponent, 1);
        var scale = Scales[decimals];
        // Below half a unit of the last decimal there is nothing left; the shift stays within 128 bits.
        var rounded = shift > 110 ? UInt128.Zero : RoundToEven((UInt128)(ulong)significand * (ulong)scale, shift);
        return Math.CopySign(Divide(rounded, scale, decimals), value);
    }

    /// <summary>Rounds every float of a value; integers, strings, names and everything else stay.</summary>
    /// <param name="node">The value; it is left unmodified.</param>
    /// <param name="decimals">How many decimals are kept: 0 to 15.</param>
    /// <returns>A new value.</returns>
    /// <exception cref="JsonRejectedException">More than <see cref="StrictJson.MaxDepth"/> nested containers.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decimals"/> is outside that range.</exception>
    public static JsonNode? Normalize(JsonNode? node, int decimals = MetricDecimals) => Normalize(node, decimals, depth: 0);

    private static JsonNode? Normalize(JsonNode? node, int decimals, int depth)
    {
        if (depth >= StrictJson.MaxDepth && node is (JsonObject or JsonArray))
        {
            throw new JsonRejectedException(JsonFault.TooDeep, -1);
        }

        return node switch
        {
            null => null,
            JsonObject members => new JsonObject(
                members.Select(member => KeyValuePair.Create(member.Key, Normalize(member.Value, decimals, depth + 1)))
            ),
            JsonArray items => new JsonArray([.. items.Select(item => Normalize(item, decimals, depth + 1))]),
            JsonValue value when IsFloat(value) && value.TryGetValue(out double number) => JsonValue.Create(Round(number, decimals)),
            _ => node.DeepClone(),
        };
    }

    private static bool IsFloat(JsonValue value) =>
        value.TryGetValue(out JsonElement element)
            ? element.ValueKind == JsonValueKind.Number && element.GetRawText().AsSpan().ContainsAny(".eE")
            : value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double _) && !value.TryGetValue(out long _);

    private static UInt128 RoundToEven(UInt128 numerator, int shift)
    {
        var quotient = numerator >> shift;
        var remainder = numerator - (quotient << shift);
        var half = UInt128.One << (shift - 1);
        return remainder > half || (remainder == half && UInt128.IsOddInteger(quotient)) ? quotient + 1 : quotient;
    }

    /// <summary>The double nearest to <paramref name="numerator"/> / 10^<paramref name="decimals"/>, ties to even.</summary>
    private static double Divide(UInt128 numerator, long scale, int decimals)
    {
        // Both sides are exact as doubles here, and one division rounds correctly. Beyond, the decimal text is read, which rounds correctly too.
        return numerator <= LargestExact
            ? (double)(ulong)numerator / scale
            : double.Parse(
                string.Create(CultureInfo.InvariantCulture, $"{numerator}e-{decimals}"),
                NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture
            );
    }
}
