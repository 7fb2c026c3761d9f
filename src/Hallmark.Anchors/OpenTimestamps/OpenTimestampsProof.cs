using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Anchors.OpenTimestamps.Bitcoin;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.OpenTimestamps;

/// <summary>What a receipt's <c>proof</c> holds: the nonce until calendars answered, then the proof file, and the headers of the blocks that attest as far as they were looked up. Each in the one form that stands for it.</summary>
internal sealed record OpenTimestampsProof
{
    private const string NonceMember = "nonce";
    private const string FileMember = "ots";
    private const string HeadersMember = "headers";
    private const int MaxHeaders = 64;

    /// <summary>The privacy nonce of something not sent yet; null afterwards, when it stands in the proof file.</summary>
    public byte[]? Nonce { get; init; }

    /// <summary>The proof file; null before.</summary>
    public DetachedTimestamp? File { get; init; }

    /// <summary>Headers of attesting blocks by height. Whoever reads them must not take them for part of the chain.</summary>
    public IReadOnlyDictionary<long, BlockHeader> Headers { get; init; } = new Dictionary<long, BlockHeader>();

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Nonce is not null)
        {
            json[NonceMember] = Convert.ToHexStringLower(Nonce);
        }

        if (File is not null)
        {
            json[FileMember] = Convert.ToBase64String(File.ToArray());
        }

        if (Headers.Count > 0)
        {
            json[HeadersMember] = new JsonObject(
                Headers
                    .OrderBy(static header => header.Key)
                    .Select(static header =>
                        KeyValuePair.Create<string, JsonNode?>(header.Key.ToString(CultureInfo.InvariantCulture), header.Value.Hex)
                    )
            );
        }

        return json;
    }

    /// <exception cref="BadInputException">It is no such proof.</exception>
    public static OpenTimestampsProof Read(JsonObject json)
    {
        foreach (var (name, _) in json)
        {
            if (name is not (NonceMember or FileMember or HeadersMember))
            {
                throw new BadInputException($"the OpenTimestamps receipt has an unknown member \"{name}\"");
            }
        }

        return new OpenTimestampsProof
        {
            Nonce = ReadNonce(json[NonceMember]),
            File = ReadFile(json[FileMember]),
            Headers = ReadHeaders(json[HeadersMember]),
        };
    }

    private static byte[]? ReadNonce(JsonNode? node)
    {
        var nonce = new byte[StampRequest.NonceSize];
        return node is null ? null
            : node is JsonValue value
            && value.TryGetValue<string>(out var hex)
            && hex.Length == nonce.Length * 2
            && hex.All(char.IsAsciiHexDigitLower)
            && Convert.FromHexString(hex, nonce, out _, out _) is System.Buffers.OperationStatus.Done
                ? nonce
            : throw new BadInputException(
                $"the OpenTimestamps receipt's {NonceMember} is not {nonce.Length * 2} hexadecimal digits in lower case"
            );
    }

    private static DetachedTimestamp? ReadFile(JsonNode? node)
    {
        if (node is null)
        {
            return null;
        }

        return CanonicalBase64.Find(node, DetachedTimestamp.MaxFileSize) is { } bytes
            ? DetachedTimestamp.Parse(bytes)
            : throw new BadInputException(
                $"the OpenTimestamps receipt's {FileMember} is not a proof file of at most {DetachedTimestamp.MaxFileSize} bytes in base64"
            );
    }

    private static Dictionary<long, BlockHeader> ReadHeaders(JsonNode? node)
    {
        var headers = new Dictionary<long, BlockHeader>();
        if (node is null)
        {
            return headers;
        }

        foreach (var (name, hex) in node is JsonObject { Count: <= MaxHeaders } found ? found : throw BadHeaders())
        {
            if (
                !long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
                || height.ToString(CultureInfo.InvariantCulture) != name
                || hex is not JsonValue value
                || !value.TryGetValue<string>(out var text)
                || !text.All(char.IsAsciiHexDigitLower)
                || !BlockHeader.TryParseHex(text, out var header)
            )
            {
                throw BadHeaders();
            }

            headers[height] = header;
        }

        return headers;
    }

    private static BadInputException BadHeaders() =>
        new($"the OpenTimestamps receipt's {HeadersMember} are not at most {MaxHeaders} block headers by height");
}
