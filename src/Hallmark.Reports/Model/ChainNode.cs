namespace Hallmark.Reports.Model;

/// <summary>One event of the chain in the picture.</summary>
/// <param name="Kind">Dataset, Training, Version, Promotion …</param>
/// <param name="Title">Its name or short id.</param>
/// <param name="State">What is known of it.</param>
/// <param name="IsCurrent">True for the event that the page is about.</param>
/// <param name="IsLinkBroken">True where the link from the event before it does not hold.</param>
public sealed record ChainNode(string Kind, string Title, ReportState State, bool IsCurrent = false, bool IsLinkBroken = false);
