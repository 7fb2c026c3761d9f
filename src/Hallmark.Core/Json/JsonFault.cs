namespace Hallmark.Core.Json;

/// <summary>Why a JSON text or value was refused.</summary>
public enum JsonFault
{
    /// <summary>No fault; never the fault of an exception.</summary>
    None = 0,

    /// <summary>A byte that RFC 8259 does not allow where it stands.</summary>
    Syntax,

    /// <summary>The text ends inside a value, or is empty.</summary>
    UnexpectedEnd,

    /// <summary>Something other than white space follows the value.</summary>
    TrailingBytes,

    /// <summary>The text begins with a byte order mark.</summary>
    ByteOrderMark,

    /// <summary>Bytes that are not UTF-8; the offset is that of the first ill-formed sequence.</summary>
    InvalidUtf8,

    /// <summary>A UTF-16 surrogate without its partner, in a name or a value.</summary>
    LoneSurrogate,

    /// <summary>A character below U+0020 stands unescaped in a string.</summary>
    ControlCharacter,

    /// <summary>A backslash that begins no escape of RFC 8259.</summary>
    BadEscape,

    /// <summary>A number that RFC 8259 does not allow: a leading zero, a bare point, a sign alone.</summary>
    BadNumber,

    /// <summary>A number beyond the range of an IEEE-754 double.</summary>
    NumberOverflow,

    /// <summary>A member name that stands twice in one object; the offset is that of the repetition.</summary>
    DuplicateName,

    /// <summary>More than 128 nested containers; the offset is that of the bracket which opens the 129th.</summary>
    TooDeep,

    /// <summary>More bytes than the caller allows.</summary>
    TooLarge,

    /// <summary>NaN or an infinity was to be written.</summary>
    NotFinite,

    /// <summary>An integer outside ±(2⁵³−1) was to be written, which a reader would silently round.</summary>
    InexactInteger,

    /// <summary>A native value that has no JSON form here: a date, a byte string, a decimal, a single-precision float.</summary>
    UnsupportedValue,
}
