using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Evidence;

/// <summary>
/// Every single edit that somebody without the key can make to a bundle: each member taken away, changed, doubled, moved. None may verify. And each part of the body that somebody with the
/// key of the wrapper alone could change: the events and checkpoints are signed by others.
/// </summary>
public sealed class EvidenceEditTests : IDisposable
{
    private static readonly JsonSerializerOptions Spacious = new() { WriteIndented = true };

    private readonly EvidenceMaker _maker = new();

    public void Dispose() => _maker.Dispose();

    [Fact]
    public void No_member_of_a_trace_bundle_can_be_taken_away_or_changed() => AssertEveryEditIsSeen(_maker.Trace(2, item => item));

    [Fact]
    public void No_member_of_an_export_can_be_taken_away_or_changed()
    {
        var source = _maker.Trace(1);
        AssertEveryEditIsSeen(_maker.Export(source, EvidenceMaker.Attest(source)));
    }

    [Fact]
    public void An_item_that_is_put_into_any_list_or_object_is_seen()
    {
        var bundle = _maker.Trace(2, item => item);
        var places = Places(StrictJson.Parse(bundle), "").Where(place => At(Parse(bundle), place) is JsonObject or JsonArray).Append("");
        foreach (var place in places)
        {
            var edited = Parse(bundle);
            switch (At(edited, place))
            {
                case JsonArray items:
                    items.Add((JsonNode)"added");
                    break;
                case JsonObject members:
                    members["added"] = "added";
                    break;
                default:
                    break;
            }

            AssertSeen(bundle, edited, $"an addition to {place}");
        }
    }

    [Fact]
    public void What_stands_beside_the_signature_and_is_not_signed_changes_no_verdict()
    {
        var bundle = _maker.Trace(1);
        foreach (var value in new JsonNode?[] { new JsonArray(), new JsonObject(), 7, "x", null })
        {
            var edited = Parse(bundle);
            edited["co_signatures"] = value;
            var result = EvidenceVerifier.Verify(CanonicalJson.Canonicalize(edited));
            Assert.Equal(EvidenceVerifier.Verify(bundle).Status, result.Status);
            Assert.True(result is { SignatureOk: true, BodyHashOk: true });
        }
    }

    [Fact]
    public void The_order_of_members_and_blanks_between_them_change_no_verdict_and_no_hash()
    {
        var bundle = _maker.Trace(2, item => item);
        var expected = EvidenceVerifier.Verify(bundle);
        var random = new Random(20261121);
        for (var count = 0; count < 20; count++)
        {
            var shuffled = JsonSerializer.SerializeToUtf8Bytes(
                Json.RandomJson.Shuffled(Parse(bundle), random),
                count % 2 == 0 ? Spacious : JsonSerializerOptions.Default
            );
            var result = EvidenceVerifier.Verify(shuffled);
            Assert.Equal(
                (expected.Status, expected.BodyHashOk, expected.SignatureOk),
                (result.Status, result.BodyHashOk, result.SignatureOk)
            );
            Assert.Equal(expected.Events.Count, result.Events.Count);
        }
    }

    /// <summary>Whoever may sign wrappers is not whoever signed the events.</summary>
    [Fact]
    public void Whoever_signs_the_wrapper_anew_cannot_change_what_others_signed()
    {
        var bundle = _maker.Trace(2, item => item);
        var body = (JsonObject)StrictJson.Parse(bundle)!["body"]!;
        var proven = Places(body, "").Where(IsSignedByOthers).Where(place => At(body, place) is JsonValue).ToList();
        Assert.True(proven.Count > 20, $"{proven.Count}");
        foreach (var place in proven)
        {
            var result = EvidenceVerifier.Verify(_maker.Rewrap(bundle, edited => Replace(edited, place, Changed(At(edited, place)))));
            Assert.True(result is { SignatureOk: true, BodyHashOk: true }, place);
            Assert.True(result.Status is not EvidenceStatus.Verified, $"{place} was changed, and the bundle verifies");
        }
    }

    [Fact]
    public void Events_of_two_windows_cannot_change_places_and_none_can_stand_for_another()
    {
        var bundle = _maker.Trace(3, item => item);
        foreach (var member in new[] { "envelope", "record_bytes", "inclusion" })
        {
            var result = EvidenceVerifier.Verify(
                _maker.Rewrap(
                    bundle,
                    body =>
                    {
                        var (first, second) = ((JsonObject)body["events"]![0]!, (JsonObject)body["events"]![2]!);
                        var (a, b) = (first[member]!.DeepClone(), second[member]!.DeepClone());
                        (first[member], second[member]) = (b, a);
                    }
                )
            );
            Assert.True(result.Status is not EvidenceStatus.Verified, member);
        }
    }

    private static bool IsSignedByOthers(string place) =>
        (place.Contains("envelope", StringComparison.Ordinal) || place.EndsWith("leaf_hash", StringComparison.Ordinal))
        // The signature's own hex may change its case only, and what is outside the envelope's signed scope is none of its business.
        && !place.Contains("._", StringComparison.Ordinal);

    private static void AssertEveryEditIsSeen(byte[] bundle)
    {
        var places = Places(StrictJson.Parse(bundle), "").ToList();
        Assert.True(places.Count > 30);
        foreach (var place in places)
        {
            var removed = Parse(bundle);
            Remove(removed, place);
            AssertSeen(bundle, removed, "without " + place);

            var changed = Parse(bundle);
            Replace(changed, place, Changed(At(changed, place)));
            AssertSeen(bundle, changed, "changed " + place);

            var emptied = Parse(bundle);
            Replace(emptied, place, null);
            AssertSeen(bundle, emptied, "null for " + place);
        }
    }

    private static void AssertSeen(byte[] bundle, JsonNode edited, string what)
    {
        var bytes = CanonicalJson.Canonicalize(edited);
        if (bytes.AsSpan().SequenceEqual(bundle))
        {
            return; // null for null
        }

        var result = EvidenceVerifier.Verify(bytes);
        Assert.True(result.ExitCode is 1 or 2 && !(result.SignatureOk && result.BodyHashOk), $"{what}: {result.Status}");
        Assert.NotEmpty(result.Errors);
    }

    private static JsonObject Parse(byte[] bundle) => (JsonObject)StrictJson.Parse(bundle)!;

    private static IEnumerable<string> Places(JsonNode? node, string place) =>
        node switch
        {
            JsonObject members => members.SelectMany(member =>
                Places(member.Value, $"{place}.{member.Key}").Prepend($"{place}.{member.Key}")
            ),
            JsonArray items => items.SelectMany((item, i) => Places(item, $"{place}[{i}").Prepend($"{place}[{i}")),
            _ => [],
        };

    private static JsonNode? At(JsonNode? node, string place)
    {
        foreach (var step in Steps(place))
        {
            node = node is JsonArray items ? items[int.Parse(step, null)] : node![step];
        }

        return node;
    }

    private static string[] Steps(string place) => place.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries);

    private static (JsonNode Owner, string Last) Owner(JsonNode root, string place)
    {
        var cut = place.LastIndexOfAny(['.', '[']);
        return (At(root, place[..cut])!, place[(cut + 1)..]);
    }

    private static void Remove(JsonNode root, string place)
    {
        var (owner, last) = Owner(root, place);
        if (owner is JsonArray items)
        {
            items.RemoveAt(int.Parse(last, null));
        }
        else
        {
            owner.AsObject().Remove(last);
        }
    }

    private static void Replace(JsonNode root, string place, JsonNode? value)
    {
        var (owner, last) = Owner(root, place);
        if (owner is JsonArray items)
        {
            items[int.Parse(last, null)] = value;
        }
        else
        {
            owner[last] = value;
        }
    }

    // Another value of the same kind, of the same length where it is a text: what a careful forger would put there.
    private static JsonNode? Changed(JsonNode? value) =>
        value switch
        {
            JsonObject members => new JsonObject(
                members.Skip(1).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
            )
                is { Count: > 0 } less
                ? less
                : "x",
            JsonArray items => new JsonArray([.. items.Reverse().Select(item => item?.DeepClone())]) is var turned
            && JsonNode.DeepEquals(turned, items)
                ? new JsonArray()
                : turned,
            null => "x",
            _ => value.GetValueKind() switch
            {
                JsonValueKind.String => Turned(value.GetValue<string>()),
                JsonValueKind.Number => value.GetValue<double>() + 1,
                JsonValueKind.True => false,
                _ => true,
            },
        };

    private static string Turned(string text)
    {
        if (text.Length == 0)
        {
            return "x";
        }

        var last = new StringBuilder(text);
        last[^1] = last[^1] switch
        {
            '0' => '1',
            'a' => 'b',
            _ => '0',
        };
        return last.ToString();
    }
}
