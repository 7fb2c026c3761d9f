namespace Hallmark.Anchors.Arweave.DataItems;

/// <summary>What is wrong with a data item, in the order in which it is looked for (<c>turbo-ans104.md</c> §6).</summary>
public enum DataItemFault
{
    /// <summary>Shorter than 80 bytes, or a fixed part reaches beyond the end.</summary>
    Length = 1,

    /// <summary>The signature type is not known, or not taken.</summary>
    SignatureType,

    /// <summary>The byte that says whether a target or an anchor follows is neither 0 nor 1.</summary>
    Presence,

    /// <summary>The tags are longer than 4096 bytes or reach beyond the end, or there are tag bytes without tags.</summary>
    TagSection,

    /// <summary>The tag bytes are not the Avro encoding of a list of tags, or hold something besides, or text that is not UTF-8.</summary>
    TagEncoding,

    /// <summary>The number of tags is not the number that the item states.</summary>
    TagCount,

    /// <summary>There are more than 128 tags, or a name or value is empty or too long.</summary>
    TagLimit,

    /// <summary>The signature is not the owner's over these contents.</summary>
    Signature,

    /// <summary>The item is not the one that was asked for.</summary>
    Id,

    /// <summary>The item says that it carries a bundle, and does not, or carries one nested too deep; only said of items of a bundle.</summary>
    Nested,
}
