namespace Hallmark.Core.Json;

/// <summary>What to do with a member name that stands twice in one object.</summary>
public enum DuplicateNames
{
    /// <summary>Refuse the document. What producers and everybody who chooses does.</summary>
    Refuse = 0,

    /// <summary>Keep the value that comes last, as the reference kernels' parsers do (envelope family §1.1); only where parity asks for it.</summary>
    KeepLast,
}
