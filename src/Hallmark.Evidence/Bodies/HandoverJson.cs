using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;

namespace Hallmark.Evidence.Bodies;

/// <summary>Reads and writes the member <c>handovers</c> of a ledger, in bundles and in receipts of predictions (docs/formats/evidence.md).</summary>
internal static class HandoverJson
{
    public const string Member = "handovers";
    private const int MaxNoteSize = 64 << 10;
    private const int MaxEntrySize = 65_535;

    /// <summary>As JSON; null where there is none, and then the member is left out.</summary>
    public static JsonArray? Write(ImmutableArray<KeyHandoverProof> handovers) =>
        handovers.IsDefaultOrEmpty ? null : new JsonArray([.. handovers.Select(Write)]);

    /// <summary>Reads the member from canonical JSON.</summary>
    /// <param name="ledger">The object that may have it.</param>
    /// <exception cref="Core.Failures.BadInputException">It has another form; the message names the place.</exception>
    public static ImmutableArray<KeyHandoverProof> Read(BodyValue ledger) =>
        ledger.Find(Member) is { } list ? [.. list.Items(LogKeyChain.MaxLength).Select(ReadOne)] : [];

    private static JsonNode Write(KeyHandoverProof handover) =>
        new JsonObject
        {
            ["checkpoint"] = Encoding.UTF8.GetString(handover.Note.Span),
            ["envelope"] = JsonNode.Parse(
                handover.Entry.Span,
                documentOptions: new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth + 2 }
            ),
            ["inclusion"] = new JsonObject
            {
                ["index"] = handover.Inclusion.Index,
                ["tree_size"] = handover.Inclusion.TreeSize,
                ["path"] = new JsonArray([.. handover.Inclusion.Path.Select(hash => (JsonNode)hash.Base64)]),
            },
        };

    private static KeyHandoverProof ReadOne(BodyValue value)
    {
        var members = value.WithMembers("checkpoint", "envelope", "inclusion");
        var envelope = members.Get("envelope");
        if (envelope.Element.ValueKind is not JsonValueKind.Object)
        {
            throw envelope.Refuse("is not an object");
        }

        var entry = JsonMarshal.GetRawUtf8Value(envelope.Element).ToArray();
        if (entry.Length > MaxEntrySize)
        {
            throw envelope.Refuse($"is longer than {MaxEntrySize} bytes");
        }

        var note = members.Get("checkpoint");
        var text = note.Element.ValueKind is JsonValueKind.String ? note.Element.GetString() : null;
        if (text is null || text.Length > MaxNoteSize)
        {
            throw note.Refuse($"is not a text of at most {MaxNoteSize} characters");
        }

        var inclusion = members.Get("inclusion").WithMembers("index", "tree_size", "path");
        return new KeyHandoverProof(
            entry,
            new InclusionProof(inclusion.Get("index").Number(), inclusion.Get("tree_size").Number(), inclusion.Get("path").Path()),
            Encoding.UTF8.GetBytes(text)
        );
    }
}
