using System.Text.Json.Nodes;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>What a receipt's <c>proof</c> holds: the request, and once the authority answered its token; each as DER in base64 (docs/formats/receipts.md).</summary>
internal sealed record TimeStampProof
{
    /// <summary>The longest token that is read, in bytes.</summary>
    public const int MaxTokenSize = 64 * 1024;

    private const string RequestMember = "request";
    private const string TokenMember = "token";
    private const int MaxRequestSize = 1_024;

    /// <summary>The TimeStampReq.</summary>
    public required byte[] Request { get; init; }

    /// <summary>The TimeStampToken; null before the authority answered.</summary>
    public byte[]? Token { get; init; }

    public JsonObject ToJson()
    {
        var json = new JsonObject { [RequestMember] = Convert.ToBase64String(Request) };
        if (Token is not null)
        {
            json[TokenMember] = Convert.ToBase64String(Token);
        }

        return json;
    }

    /// <exception cref="BadInputException">It is no such proof.</exception>
    public static TimeStampProof Read(JsonObject json)
    {
        foreach (var (name, _) in json)
        {
            if (name is not (RequestMember or TokenMember))
            {
                throw new BadInputException($"the time-stamp receipt has an unknown member \"{name}\"");
            }
        }

        return new TimeStampProof
        {
            Request =
                ReadBytes(json, RequestMember, MaxRequestSize) ?? throw new BadInputException("the time-stamp receipt has no request"),
            Token = ReadBytes(json, TokenMember, MaxTokenSize),
        };
    }

    private static byte[]? ReadBytes(JsonObject json, string name, int maxSize) =>
        !json.TryGetPropertyValue(name, out var node)
            ? null
            : CanonicalBase64.Find(node, maxSize)
                ?? throw new BadInputException($"the time-stamp receipt's {name} is not base64 of 1 to {maxSize} bytes");
}
