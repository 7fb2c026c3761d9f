using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Core.Anchoring;

/// <summary>Reads and writes receipts, format <c>hallmark/receipt/v1</c> (docs/formats/receipts.md), as canonical JSON.</summary>
public static class AnchorReceiptJson
{
    /// <summary>The value of the member <c>format</c>.</summary>
    public const string Format = "hallmark/receipt/v1";

    /// <summary>Longest receipt that is read, in bytes.</summary>
    public const int MaxSizeInBytes = 4 << 20;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int MaxTextLength = 2_048;

    /// <summary>As canonical bytes, which <see cref="Parse"/> reads.</summary>
    /// <exception cref="BadInputException">A member is out of its bounds, so that nobody could read the receipt again; the message names the member.</exception>
    public static byte[] Write(AnchorReceipt receipt)
    {
        var json = ToJson(receipt);
        try
        {
            var bytes = CanonicalJson.Canonicalize(json);
            _ = Parse(bytes);
            return bytes;
        }
        catch (JsonRejectedException refusal)
        {
            throw new BadInputException($"the receipt cannot be JSON: {refusal.Message}", refusal);
        }
    }

    /// <summary>As JSON; members that are null are left out.</summary>
    public static JsonObject ToJson(AnchorReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var json = new JsonObject
        {
            ["format"] = Format,
            ["anchor"] = receipt.Anchor,
            ["world"] = receipt.World,
            ["network"] = receipt.Network,
            ["target"] = NameOf(receipt.Target),
            ["digest"] = receipt.Digest.ToString(),
            ["state"] = NameOf(receipt.State),
            ["prepared_at"] = Time(receipt.PreparedAt),
            ["proof"] = receipt.Proof.DeepClone(),
        };
        AddPresent(json, "tree_size", receipt.TreeSize);
        AddPresent(json, "reference", receipt.Reference);
        AddPresent(json, "submitted_at", Time(receipt.SubmittedAt));
        AddPresent(json, "refresh_after", Time(receipt.RefreshAfter));
        AddPresent(json, "expected_at", Time(receipt.ExpectedAt));
        AddPresent(json, "remark", receipt.Remark);
        if (receipt.Block is { } block)
        {
            var position = new JsonObject { ["height"] = block.Height };
            AddPresent(position, "id", block.Id);
            AddPresent(position, "time", Time(block.Time));
            AddPresent(position, "depth", block.Depth);
            json["block"] = position;
        }

        return json;
    }

    /// <summary>Reads a receipt strictly: the format's name, no unknown members, every text and number in its bounds.</summary>
    /// <exception cref="BadInputException">It is no such receipt; the message names the member.</exception>
    public static AnchorReceipt Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxSizeInBytes)
        {
            throw new BadInputException($"the receipt is larger than {MaxSizeInBytes} bytes");
        }

        try
        {
            return Read(StrictJson.Parse(utf8));
        }
        catch (JsonRejectedException refusal)
        {
            throw new BadInputException($"the receipt is not JSON: {refusal.Message}", refusal);
        }
    }

    /// <inheritdoc cref="Parse" />
    public static AnchorReceipt Read(JsonNode? json)
    {
        var members = new ReceiptMembers(json as JsonObject ?? throw new BadInputException("the receipt is not a JSON object"), "receipt");
        members.AllowOnly(
            "format anchor world network target digest state prepared_at proof tree_size reference submitted_at refresh_after expected_at remark block".Split(
                ' '
            )
        );
        if (members.Text("format", MaxTextLength) != Format)
        {
            throw new BadInputException($"the receipt's format is not {Format}", "a newer hallmark may read it");
        }

        return new AnchorReceipt
        {
            Anchor = members.Text("anchor", 64),
            World = members.Text("world", 64),
            Network = members.Text("network", 256),
            Target = members.One("target", NameOf, Enum.GetValues<AnchorTarget>()),
            Digest = ReadDigest(members),
            State = members.One("state", NameOf, Enum.GetValues<ReceiptState>()),
            PreparedAt = members.Time("prepared_at", TimeFormat),
            Proof = members.Object("proof"),
            TreeSize = members.FindNumber("tree_size"),
            Reference = members.FindText("reference", MaxTextLength),
            SubmittedAt = members.FindTime("submitted_at", TimeFormat),
            RefreshAfter = members.FindTime("refresh_after", TimeFormat),
            ExpectedAt = members.FindTime("expected_at", TimeFormat),
            Remark = members.FindText("remark", MaxTextLength),
            Block = ReadBlock(members),
        };
    }

    /// <summary>The name of a state in receipts and on screens: <c>prepared</c>, <c>submitted</c>, <c>confirmed</c>, <c>final</c>, <c>rejected</c>.</summary>
    public static string NameOf(ReceiptState state) => state.ToString().ToLowerInvariant();

    /// <summary>The name of a target: <c>envelope</c>, <c>checkpoint</c>.</summary>
    public static string NameOf(AnchorTarget target) => target.ToString().ToLowerInvariant();

    private static Digest ReadDigest(ReceiptMembers members) =>
        Digest.TryParse(members.Text("digest", 200), out var digest) && digest.Algorithm is DigestAlgorithm.Sha256
            ? digest
            : throw new BadInputException("the receipt's digest is not sha256: and 64 lower-case hex digits");

    private static BlockPosition? ReadBlock(ReceiptMembers members)
    {
        if (members.FindObject("block") is not { } block)
        {
            return null;
        }

        var position = new ReceiptMembers(block, "receipt's block");
        position.AllowOnly("height", "id", "time", "depth");
        return new BlockPosition(
            position.FindNumber("height") ?? throw new BadInputException("the receipt's block has no height"),
            position.FindText("id", 256),
            position.FindTime("time", TimeFormat),
            position.FindNumber("depth")
        );
    }

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static void AddPresent(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
