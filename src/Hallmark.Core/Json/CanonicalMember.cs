namespace Hallmark.Core.Json;

/// <summary>One member of an object that is being written: where it stands, and where its name can be compared.</summary>
internal struct CanonicalMember
{
    /// <summary>The name's first eight bytes, big-endian, zeros behind; 0 where the name is not plain ASCII.</summary>
    internal ulong Prefix;

    /// <summary>Where the unescaped UTF-8 name begins: in the written bytes, or (see <see cref="Aside"/>) in the buffer of unescaped names.</summary>
    internal int NameStart;

    /// <summary>The name's length in bytes.</summary>
    internal int NameLength;

    /// <summary>Where the member begins in the written bytes: the quotation mark of its name.</summary>
    internal int Start;

    /// <summary>Where the member ends in the written bytes: the comma or brace behind its value.</summary>
    internal int End;

    /// <summary>Where the name stood in the source, or its number among its siblings; later members have larger ones.</summary>
    internal int Origin;

    /// <summary>Whether the name needed escapes in its canonical form and was put aside unescaped.</summary>
    internal bool Aside;

    /// <summary>Whether <see cref="Prefix"/> decides where it differs: the name is plain ASCII.</summary>
    internal bool Plain;
}
