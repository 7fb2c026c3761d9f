using System.Formats.Asn1;
using System.Numerics;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>Reads an authority's answer, a TimeStampResp (RFC 3161 §2.4.2).</summary>
internal static class TimeStampAnswer
{
    private const int MaxQuoted = 200;

    // PKIFailureInfo: what passes by itself; anything else is refused for good.
    private const int TimeNotAvailable = 14;
    private const int AdditionalInformationNotAvailable = 17;
    private const int SystemFailure = 25;

    /// <summary>The token's bytes.</summary>
    /// <param name="answer">The answer, whole.</param>
    /// <param name="host">Who answered, for messages.</param>
    /// <exception cref="AnchorUnavailableException">It is no such answer, or the authority cannot do it now.</exception>
    /// <exception cref="BadInputException">The authority refuses the request for good.</exception>
    public static byte[] ReadToken(ReadOnlyMemory<byte> answer, string host)
    {
        try
        {
            var reader = new AsnReader(answer, AsnEncodingRules.BER);
            var response = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var statusInfo = response.ReadSequence();
            var status = statusInfo.ReadInteger();
            var refusal = ReadRefusal(statusInfo);
            var token = response.HasData ? response.ReadEncodedValue().ToArray() : null;
            response.ThrowIfNotEmpty();
            return status == 0 || status == 1
                ? token ?? throw new AnchorUnavailableException($"{host} granted a time stamp and sent none")
                : throw Refuse(host, status, refusal);
        }
        catch (AsnContentException fault)
        {
            throw new AnchorUnavailableException(
                $"{host} answered something that is no time-stamp response",
                fault,
                "check the address in hallmark.json"
            );
        }
    }

    private static (string Text, int? Reason) ReadRefusal(AsnReader statusInfo)
    {
        var text = "";
        int? reason = null;
        if (statusInfo.HasData && statusInfo.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var texts = statusInfo.ReadSequence();
            while (texts.HasData)
            {
                text += texts.ReadCharacterString(UniversalTagNumber.UTF8String) + " ";
            }
        }

        if (statusInfo.HasData)
        {
            var bits = statusInfo.ReadBitString(out _);
            for (var i = 0; reason is null && i < bits.Length * 8; i++)
            {
                reason = (bits[i / 8] & (0x80 >> (i % 8))) != 0 ? i : null;
            }
        }

        statusInfo.ThrowIfNotEmpty();

        // Text from outside: printable and short.
        text = new string([.. text.Take(MaxQuoted).Select(static c => char.IsControl(c) ? ' ' : c)]).Trim();
        return (text, reason);
    }

    private static HallmarkException Refuse(string host, BigInteger status, (string Text, int? Reason) refusal)
    {
        var why = refusal.Reason switch
        {
            0 => "it does not know the hash algorithm",
            2 => "it does not take such requests",
            5 => "it cannot read the request",
            TimeNotAvailable => "its clock is not available",
            15 => "it does not know the policy",
            16 => "it does not know an extension",
            AdditionalInformationNotAvailable => "it lacks information that it needs",
            SystemFailure => "it failed",
            _ => "it gives no reason",
        };
        var message = $"{host} grants no time stamp: {why}{(refusal.Text.Length == 0 ? "" : $" ({refusal.Text})")}";
        return status == 3 || refusal.Reason is null or TimeNotAvailable or AdditionalInformationNotAvailable or SystemFailure
            ? new AnchorUnavailableException(message)
            : new BadInputException(message);
    }
}
