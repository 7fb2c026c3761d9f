namespace Hallmark.Core.Events;

/// <summary>Where event ids come from. Safe for use by several threads.</summary>
public interface IEventIds
{
    /// <summary>A new event id: a UUID version 4 (RFC 9562), lower case with dashes.</summary>
    string Next();
}
