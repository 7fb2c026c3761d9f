namespace Hallmark.Server.Scoring.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">The API key's name, or what the client certificate is for, or null where anybody may ask.</param>
/// <param name="Partition">What its rate is counted under.</param>
internal sealed record Caller(string? Name, string Partition);
