namespace Hallmark.Core.Json;

/// <summary>A JSON text or value that is not accepted, with the reason and the place.</summary>
public sealed class JsonRejectedException : FormatException
{
    internal JsonRejectedException(JsonFault fault, long offset)
        : base(offset < 0 ? $"JSON value refused: {Describe(fault)}" : $"JSON refused at byte {offset}: {Describe(fault)}")
    {
        Fault = fault;
        Offset = offset;
    }

    /// <summary>Why.</summary>
    public JsonFault Fault { get; }

    /// <summary>Where: the byte offset in the text, counted from 0, or −1 where a value in memory was refused and there is no text.</summary>
    public long Offset { get; }

    private static string Describe(JsonFault fault) =>
        fault switch
        {
            JsonFault.UnexpectedEnd => "the text ends inside a value",
            JsonFault.TrailingBytes => "something follows the value",
            JsonFault.ByteOrderMark => "a byte order mark is not allowed",
            JsonFault.InvalidUtf8 => "not UTF-8",
            JsonFault.LoneSurrogate => "a UTF-16 surrogate stands alone",
            JsonFault.ControlCharacter => "a control character stands unescaped in a string",
            JsonFault.BadEscape => "an escape that JSON does not know",
            JsonFault.BadNumber => "not a number of JSON",
            JsonFault.NumberOverflow => "the number does not fit an IEEE-754 double",
            JsonFault.DuplicateName => "a member name stands twice in one object",
            JsonFault.TooDeep => $"more than {StrictJson.MaxDepth} nested containers",
            JsonFault.TooLarge => "more bytes than allowed",
            JsonFault.NotFinite => "NaN and infinities have no JSON form",
            JsonFault.InexactInteger => "an integer beyond ±(2^53-1) would be rounded by readers",
            JsonFault.UnsupportedValue => "a value of this type has no canonical form",
            _ => "not allowed here",
        };
}
