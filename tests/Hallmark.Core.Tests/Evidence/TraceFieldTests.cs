using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Evidence;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>
/// Each field of the results for checkpoints and events (envelope family §12.1, §12.2) after one edit in a bundle that is hashed and signed anew: the fields that the rules name change, and no others.
/// </summary>
public sealed class TraceFieldTests : IDisposable
{
    private const int Edited = 1;
    private readonly EvidenceMaker _maker = new();
    private readonly byte[] _bundle;

    // Three events with records and contents under one checkpoint.
    public TraceFieldTests() => _bundle = _maker.Trace(3, item => item);

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void As_it_was_made_every_field_says_yes()
    {
        var result = EvidenceVerifier.Verify(_bundle);
        Assert.Equal(EvidenceStatus.Verified, result.Status);
        Assert.All(result.Events, item => Assert.Equal("yes yes yes yes yes", Fields(item)));
        Assert.Equal("yes yes", Fields(Assert.Single(result.Checkpoints)));
        Assert.All(result.Events, item => Assert.Empty(item.Errors));
    }

    /// <summary>In the order envelope, binding, inclusion, checkpoint, content. A record or content that is no hex counts as withheld; an empty content is one of no bytes.</summary>
    [Theory]
    [InlineData("record_bytes", null, "yes open yes yes open")]
    [InlineData("record_bytes", "\"zz\"", "yes open yes yes open")]
    [InlineData("record_bytes", "\"7b7\"", "yes open yes yes open")]
    [InlineData("record_bytes", "7", "yes open yes yes open")]
    [InlineData("record_bytes", "\"7b7d\"", "no no yes yes open")]
    [InlineData("record_bytes", "\"\"", "no no yes yes open")]
    [InlineData("record_bytes", "@2", "no no yes yes no")]
    [InlineData("content", null, "yes yes yes yes open")]
    [InlineData("content", "\"zz\"", "yes yes yes yes open")]
    [InlineData("content", "null", "yes yes yes yes open")]
    [InlineData("content", "\"\"", "yes yes yes yes no")]
    [InlineData("content", "@0", "yes yes yes yes no")]
    [InlineData("inclusion", null, "yes yes no no yes")]
    [InlineData("inclusion", "[]", "yes yes no no yes")]
    [InlineData("inclusion.checkpoint_tx_id", null, "yes yes no no yes")]
    [InlineData("inclusion.checkpoint_tx_id", "\"else\"", "yes yes no no yes")]
    [InlineData("inclusion.checkpoint_tx_id", "7", "yes yes no no yes")]
    [InlineData("inclusion.leaf_hash", null, "yes yes no yes yes")]
    [InlineData("inclusion.leaf_hash", "\"zz\"", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_hash", "@0", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", null, "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "0", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "2", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "3", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "-1", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "\"1\"", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "true", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "1.5", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_index", "1e300", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_count", null, "yes yes no yes yes")]
    [InlineData("inclusion.leaf_count", "0", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_count", "1", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_count", "2", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_count", "5", "yes yes no yes yes")]
    [InlineData("inclusion.leaf_count", "-3", "yes yes no yes yes")]
    [InlineData("inclusion.audit_path", null, "yes yes no yes yes")]
    [InlineData("inclusion.audit_path", "[]", "yes yes no yes yes")]
    [InlineData("inclusion.audit_path", "\"\"", "yes yes no yes yes")]
    [InlineData("inclusion.audit_path.0", "\"00\"", "yes yes no yes yes")]
    [InlineData("inclusion.audit_path.0", "null", "yes yes no yes yes")]
    [InlineData("inclusion.audit_path.1", "\"zz\"", "yes yes no yes yes")]
    [InlineData("envelope.signature", "@0", "no yes no yes yes")]
    [InlineData("envelope.payload_hash", "@0", "no no no yes yes")]
    [InlineData("envelope", null, "no open no yes yes")]
    [InlineData("envelope", "[]", "no open no yes yes")]
    public void An_edit_of_an_event_changes_the_fields_that_speak_of_it(string path, string? json, string fields)
    {
        var result = Verify("events", path, json);

        Assert.Equal(fields, Fields(result.Events[Edited]));
        Assert.Equal(["yes yes yes yes yes", "yes yes yes yes yes"], result.Events.Where((_, i) => i != Edited).Select(Fields));
        Assert.Equal("yes yes", Fields(Assert.Single(result.Checkpoints)));
        var isFailed = fields.Split(' ') is [not "yes", ..] or [_, _, not "yes", ..] or [_, _, _, not "yes", _] or [.., "no"];
        Assert.Equal(isFailed, !result.Events[Edited].IsOk);
        Assert.Equal(
            isFailed ? EvidenceStatus.Failed
                : fields.Split(' ')[1] == "open" ? EvidenceStatus.Partial
                : EvidenceStatus.Verified,
            result.Status
        );
        Assert.Equal(
            path.StartsWith("envelope", StringComparison.Ordinal) && !path.Contains('.', StringComparison.Ordinal),
            IsUnknown(result)
        );
    }

    /// <summary>Hashes in capitals are the same hashes where digits are compared as numbers.</summary>
    [Theory]
    [InlineData("inclusion.leaf_hash")]
    [InlineData("inclusion.audit_path.0")]
    [InlineData("inclusion.audit_path.1")]
    [InlineData("record_bytes")]
    [InlineData("content")]
    public void Capitals_change_nothing_of_a_leaf_a_path_or_disclosed_bytes(string path)
    {
        var result = Verify("events", path, "upper");
        Assert.Equal((EvidenceStatus.Verified, "yes yes yes yes yes"), (result.Status, Fields(result.Events[Edited])));
    }

    /// <summary>In the order envelope (which needs the record), root.</summary>
    [Theory]
    [InlineData("record_bytes", null, "no no", "yes")]
    [InlineData("record_bytes", "\"zz\"", "no no", "yes")]
    [InlineData("record_bytes", "\"7b7d\"", "no no", "yes")]
    [InlineData("record_bytes", "\"5b\"", "no no", "yes")]
    [InlineData("merkle_root", null, "yes no", "no")]
    [InlineData("merkle_root", "7", "yes no", "no")]
    [InlineData("merkle_root", "\"00\"", "yes no", "no")]
    [InlineData("merkle_root", "upper", "yes no", "yes")] // compared as text with the record, as a number with the paths
    [InlineData("envelope", null, "no yes", "yes")]
    [InlineData("envelope.signature", "\"00\"", "no yes", "yes")]
    [InlineData("envelope.payload_hash", "\"00\"", "no yes", "yes")]
    public void An_edit_of_the_checkpoint_changes_its_own_fields_and_the_inclusion_of_its_events_only_by_the_root(
        string path,
        string? json,
        string fields,
        string inclusion
    )
    {
        var result = Verify("checkpoints", path, json);
        var checkpoint = Assert.Single(result.Checkpoints);
        Assert.Equal((fields, false), (Fields(checkpoint), checkpoint.IsOk));
        Assert.NotEmpty(checkpoint.Errors);
        Assert.All(result.Events, item => Assert.Equal($"yes yes {inclusion} yes yes", Fields(item)));
        Assert.Equal(EvidenceStatus.Failed, result.Status);
    }

    /// <summary>A missing id alone does not make the checkpoint bad; the events that name it find nothing.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    [InlineData("\"another\"")]
    public void A_checkpoint_without_the_id_that_its_events_name_is_sound_and_binds_none_of_them(string? json)
    {
        var result = Verify("checkpoints", "tx_id", json);
        Assert.True(Assert.Single(result.Checkpoints).IsOk);
        Assert.Equal(json is "\"another\"" ? "another" : "", result.Checkpoints[0].TxId);
        Assert.All(result.Events, item => Assert.Equal("yes yes no no yes", Fields(item)));
    }

    /// <summary>Of two entries with one id the first one counts for the events, and the second is said to be a repetition, which alone is no failure.</summary>
    [Theory]
    [InlineData(false, EvidenceStatus.Verified, "yes")]
    [InlineData(true, EvidenceStatus.Failed, "no")]
    public void The_first_of_two_checkpoints_of_one_id_is_the_one_that_events_are_held_to(
        bool wrongIsFirst,
        EvidenceStatus status,
        string inclusion
    )
    {
        var bundle = _maker.Rewrap(
            _bundle,
            body =>
            {
                var list = body["checkpoints"]!.AsArray();
                var copy = list[0]!.DeepClone();
                if (wrongIsFirst)
                {
                    copy["merkle_root"] = new string('0', 64);
                }

                list.Insert(wrongIsFirst ? 0 : 1, copy);
            }
        );
        var result = EvidenceVerifier.Verify(bundle);
        Assert.Equal(status, result.Status);
        Assert.Equal([!wrongIsFirst, true], result.Checkpoints.Select(checkpoint => checkpoint.IsOk));
        Assert.Equal("duplicate checkpoint tx_id " + EvidenceMaker.TxId(1), Assert.Single(result.Checkpoints[1].Errors));
        Assert.All(result.Events, item => Assert.Equal($"yes yes {inclusion} yes yes", Fields(item)));
    }

    /// <summary>Content beside the bundle: the body's own comes first, and where both are there they must agree.</summary>
    [Theory]
    [InlineData(true, 1, "yes")]
    [InlineData(true, 2, "no")]
    [InlineData(true, null, "yes")] // no hex: as if there were nothing beside
    [InlineData(false, 1, "yes")]
    [InlineData(false, 2, "no")]
    [InlineData(false, null, "open")]
    public void Content_that_is_disclosed_beside_the_bundle_binds_too(bool isInBody, int? beside, string content)
    {
        var bundle = isInBody ? _bundle : _maker.Trace(3);
        var id = EvidenceVerifier.Verify(bundle).Events[Edited].EventId;
        var inputs = new EvidenceInputs
        {
            DisclosedContent = new Dictionary<string, string>
            {
                [id] = beside is { } number ? Convert.ToHexString(EvidenceMaker.ContentOf(number)) : "no hex",
                ["nobody"] = "00",
            },
        };
        var result = EvidenceVerifier.Verify(bundle, inputs);
        Assert.Equal($"yes yes yes yes {content}", Fields(result.Events[Edited]));
        Assert.Equal(isInBody ? "yes yes yes yes yes" : "yes yes yes yes open", Fields(result.Events[0]));
    }

    [Theory]
    [InlineData(1, "yes")]
    [InlineData(2, "no")]
    public void Content_of_an_event_that_holds_its_payload_binds_to_the_hash_in_it(int disclosed, string content)
    {
        var draft = EnvelopeDrafts.Agent(
            "00000000-0000-4000-8000-000000000001",
            AgentEvents.AssetRegistered,
            AgentEvents.Subject("t", "a"),
            new JsonObject { ["hash"] = Convert.ToHexString(SHA256.HashData(EvidenceMaker.ContentOf(1))) },
            EnvelopeDrafts.Genesis,
            EvidenceMaker.Start
        );
        var item = new TraceItem(EnvelopeSealer.Seal(draft, _maker.Key).Bytes, Record: null, EvidenceMaker.ContentOf(disclosed));
        var (envelope, record) = _maker.Checkpoint([item]);
        var composer = new TraceComposer();
        composer.AddWindow(EvidenceMaker.TxId(1), envelope, record, [item]);
        var found = Assert.Single(EvidenceVerifier.Verify(_maker.Wrap(composer.ToBody())).Events);
        Assert.Equal($"yes yes yes yes {content}", Fields(found));
    }

    private static bool IsUnknown(EvidenceVerification result) => result.Events[Edited].EventId == "<unknown>";

    private static string Fields(TraceEventVerification item) =>
        $"{Word(item.EnvelopeOk)} {Word(item.PayloadBindingOk)} {Word(item.InclusionOk)} {Word(item.CheckpointBound)} {Word(item.ContentOk)}";

    private static string Fields(CheckpointVerification item) => $"{Word(item.EnvelopeOk)} {Word(item.MerkleRootOk)}";

    private static string Word(bool? answer) =>
        answer switch
        {
            true => "yes",
            false => "no",
            null => "open",
        };

    /// <summary>Another value at a place: JSON, the same in capitals (<c>upper</c>), or what another event has there (<c>@0</c>); null takes the member away.</summary>
    private EvidenceVerification Verify(string list, string path, string? json) =>
        EvidenceVerifier.Verify(
            _maker.Rewrap(
                _bundle,
                body =>
                {
                    var items = body[list]!.AsArray();
                    var names = path.Split('.');
                    var parent = Find(items[list == "events" ? Edited : 0]!, names[..^1]);
                    var old = Find(parent, names[^1..]);
                    JsonNode? value = json switch
                    {
                        null => null,
                        "upper" => ((string)old!).ToUpperInvariant(),
                        ['@', var number] => Find(items[number - '0']!, names).DeepClone(),
                        _ => JsonNode.Parse(json),
                    };
                    if (parent is JsonArray array)
                    {
                        array[old.GetElementIndex()] = value;
                    }
                    else if (json is null)
                    {
                        parent.AsObject().Remove(names[^1]);
                    }
                    else
                    {
                        parent[names[^1]] = value;
                    }
                }
            )
        );

    private static JsonNode Find(JsonNode node, string[] names)
    {
        foreach (var name in names)
        {
            node = node is JsonArray items ? items[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!;
        }

        return node;
    }
}
