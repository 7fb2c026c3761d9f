using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Anchors.Http;

/// <summary>What a place answered: read whole, within its bound.</summary>
/// <param name="Host">The host that answered, for messages.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">The body's bytes.</param>
/// <param name="ContentType">The media type, or null.</param>
/// <param name="RetryAfter">How long the place asked to be left alone, or null.</param>
public sealed record AnchorAnswer(string Host, int Status, ReadOnlyMemory<byte> Body, string? ContentType, TimeSpan? RetryAfter)
{
    private const int MaxQuoted = 200;

    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>True where the same request may succeed later: 408, 425, 429 and 5xx.</summary>
    public bool IsTransient => Status is 408 or 425 or 429 or >= 500;

    /// <summary>The body as a JSON object, read strictly.</summary>
    /// <exception cref="AnchorUnavailableException">The body is something else: whoever answered is not the place that was asked for.</exception>
    public JsonObject ReadObject()
    {
        try
        {
            return StrictJson.Parse(Body.Span) as JsonObject ?? throw Garbage(cause: null);
        }
        catch (JsonRejectedException fault)
        {
            throw Garbage(fault);
        }
    }

    /// <summary>The refusal that an answer other than success stands for, with the beginning of what was said.</summary>
    public AnchorUnavailableException ToException(params string[] hints) =>
        new($"{Host} answered HTTP {Status}{Quote()}", hints) { RetryAfter = RetryAfter };

    private AnchorUnavailableException Garbage(Exception? cause) =>
        new($"{Host} answered something that is not a JSON object{Quote()}", cause, "check the address in hallmark.json");

    // Text from outside: printable ASCII only, and short.
    private string Quote()
    {
        var text = Encoding.ASCII.GetString(Body.Span[..Math.Min(Body.Length, MaxQuoted)]);
        text = new string([.. text.Select(c => c is >= ' ' and <= '~' ? c : ' ')]).Trim();
        return text.Length == 0 ? "" : $": {text}";
    }
}
