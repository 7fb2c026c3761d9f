using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Json;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Composing;
using Hallmark.Mlflow.Events;

namespace Hallmark.Evidence.Tests;

/// <summary>
/// Every part of a bundle left out, and every part put into it from another bundle of the same ledger's maker, under a new and valid seal: whoever holds both bundles must not be able to make a
/// third one that says something neither said.
/// </summary>
public sealed class BundlePartsTests : IAsyncLifetime
{
    private BundleScene _scene = null!; // ! made before each test
    private BundleScene _other = null!; // ! likewise

    public async Task InitializeAsync() => (_scene, _other) = (await BundleScene.CreateAsync(), await BundleScene.CreateAsync());

    public async Task DisposeAsync()
    {
        await _scene.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task What_may_be_left_out_is_what_the_owner_may_withhold_and_nothing_else()
    {
        var body = BundleBodyJson.Write(await _scene.ComposeAsync());
        var whole = (await VerifyAsync(body)).Verdict;
        Assert.Equal(VerdictStatus.Verified, whole.Status);
        var faults = new List<string>();
        foreach (var place in Places(body, ""))
        {
            var without = body.DeepClone().AsObject();
            Remove(without, place);
            var verdict = (await VerifyAsync(without)).Verdict;
            var isAnswered = IsWithheld(place)
                ? verdict.ExitCode is 0 or 3 && (IsIdle(place) || Claims(verdict) < Claims(whole))
                : verdict.ExitCode == 1
                    && verdict.Checks.Any(check => check.Outcome is CheckOutcome.Failed && check.Detail is { Length: > 0 });
            if (!isAnswered)
            {
                faults.Add($"without {place}: exit {verdict.ExitCode}, {Show(verdict)}");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_part_of_another_bundle_makes_no_bundle_that_says_something_new()
    {
        // The same model once more, with another training behind it, in a longer ledger of the same key and name.
        await _other.AppendAsync(
            50,
            EventTypes.Registration,
            new JsonObject
            {
                ["type"] = SubjectTypes.ModelVersion,
                ["name"] = "credit-scorer",
                ["version"] = "3",
            },
            BundleScene.Model,
            new JsonObject { [HallmarkMember.Previous] = new JsonObject { ["event_id"] = BundleScene.EventId(2) } }
        );
        await _other.PublishAsync();
        var (first, second) = (BundleBodyJson.Write(await _scene.ComposeAsync()), BundleBodyJson.Write(await _other.ComposeAsync()));
        Assert.Equal(VerdictStatus.Verified, (await VerifyAsync(second)).Verdict.Status);
        var swapped = 0;
        foreach (var (into, from) in new[] { (first, second), (second, first) })
        {
            foreach (var place in Places(into, ""))
            {
                if (Find(from, place) is not { } part || JsonNode.DeepEquals(part, Find(into, place)))
                {
                    continue;
                }

                swapped++;
                var mixed = into.DeepClone().AsObject();
                Replace(mixed, place, part);
                var result = await VerifyAsync(mixed);
                Assert.True(result.Verdict.ExitCode == 1 || IsTold(result.Body!, first, second), $"{place}: {Show(result.Verdict)}");
            }
        }

        Assert.True(swapped > 30, $"only {swapped} parts differ");
    }

    [Fact]
    public async Task An_event_under_the_record_of_another_is_named()
    {
        var body = BundleBodyJson.Write(await _scene.ComposeAsync());
        var (first, second) = (body["entries"]![0]!["record"]!.DeepClone(), body["entries"]![1]!["record"]!.DeepClone());
        body["entries"]![0]!["record"] = second;
        body["entries"]![1]!["record"] = first;
        var check = (await VerifyAsync(body)).Verdict.Checks.Single(one => one.Name == "record");
        Assert.Equal((CheckOutcome.Failed, 2), (check.Outcome, check.Differences.Length));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 2, 2)]
    public async Task A_predecessor_that_was_left_out_is_missed_by_name(int left, int index, int number)
    {
        var body = BundleBodyJson.Write(await _scene.ComposeAsync());
        Assert.DoesNotContain((await VerifyAsync(body)).Verdict.Notes, IsMissing);
        body["entries"]!.AsArray().RemoveAt(left);
        var verdict = (await VerifyAsync(body)).Verdict;
        Assert.Equal(
            $"entry {index + 5} ({BundleScene.EventId(index + 1)}) follows {BundleScene.EventId(number)}, not in the bundle: what came before is not proven here",
            Assert.Single(verdict.Notes, IsMissing)
        );
    }

    [Fact]
    public async Task Without_records_nothing_is_known_of_what_events_follow() =>
        Assert.DoesNotContain(
            (await VerifyAsync(BundleBodyJson.Write(await _scene.ComposeAsync(hasOnlyHashes: true)))).Verdict.Notes,
            IsMissing
        );

    private static bool IsMissing(string note) => note.Contains("not in the bundle", StringComparison.Ordinal);

    // What the owner may keep back: records, receipts, events that the subject's own follows, and what the verdict was when the bundle was made.
    private static bool IsWithheld(string place) =>
        IsIdle(place)
        || place.EndsWith(".record", StringComparison.Ordinal)
        || place is "entries.0" or "entries.1"
        || (place.StartsWith("receipts.", StringComparison.Ordinal) && place.Count(unit => unit == '.') == 1);

    // What is never believed, or follows from the checkpoint itself.
    private static bool IsIdle(string place) =>
        place == "verdict_at_export"
        || (place.StartsWith("receipts.", StringComparison.Ordinal) && place.EndsWith(".tree_size", StringComparison.Ordinal));

    private static int Claims(Verdict verdict) =>
        (100 * verdict.Checks.Count(check => check.Outcome is CheckOutcome.Passed))
        + verdict.Witnesses.Length
        + verdict.Checks.Count(check => check.Detail?.Contains("3 of 3", StringComparison.Ordinal) is true);

    // Each envelope with its record stands so in one of the two.
    private static bool IsTold(BundleBody mixed, params JsonObject[] bodies)
    {
        var told = bodies
            .SelectMany(body => body["entries"]!.AsArray())
            .Select(entry => (Text(entry!["envelope"]), Text(entry["record"])))
            .ToHashSet();
        return BundleBodyJson.Write(mixed)["entries"]!
            .AsArray()
            .All(entry =>
                told.Any(known =>
                    known.Item1 == Text(entry!["envelope"]) && (entry["record"] is null || known.Item2 == Text(entry["record"]))
                )
            );

        static string Text(JsonNode? node) => node is null ? "" : System.Text.Encoding.UTF8.GetString(CanonicalJson.Canonicalize(node));
    }

    private static Task<Verification.VerifiedBundle> VerifyAsync(JsonObject body) =>
        BundleScene.VerifyAsync(
            BundleSealer.Seal(BundleBody.BodyType, body.DeepClone().AsObject(), new Verdict("x", []), BundleScene.SignedAt, Notary.Key)
        );

    private static IEnumerable<string> Places(JsonNode? node, string place)
    {
        var inner = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => (i.ToString(CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (name, value) in inner.ToList())
        {
            var at = place.Length == 0 ? name : $"{place}.{name}";
            yield return at;

            // An envelope's own members are under its signature: BitFlipTests.
            foreach (var deeper in name is "envelope" or "record" ? [] : Places(value, at))
            {
                yield return deeper;
            }
        }
    }

    private static JsonNode? Find(JsonNode node, string place)
    {
        JsonNode? found = node;
        foreach (var name in place.Split('.'))
        {
            found = found switch
            {
                JsonArray items => int.Parse(name, CultureInfo.InvariantCulture) is var i && i < items.Count ? items[i] : null,
                JsonObject members => members[name],
                _ => null,
            };
        }

        return found;
    }

    private static void Remove(JsonObject body, string place)
    {
        switch (Find(body, place)!.Parent)
        {
            case JsonArray items:
                items.RemoveAt(Find(body, place)!.GetElementIndex());
                break;
            case JsonObject members:
                members.Remove(place[(place.LastIndexOf('.') + 1)..]);
                break;
            default:
                break;
        }
    }

    private static void Replace(JsonObject body, string place, JsonNode part)
    {
        var old = Find(body, place)!;
        if (old.Parent is JsonArray items)
        {
            items[old.GetElementIndex()] = part.DeepClone();
        }
        else
        {
            old.Parent![old.GetPropertyName()] = part.DeepClone();
        }
    }

    private static string Show(Verdict verdict) =>
        string.Join("; ", verdict.Checks.Select(check => $"{check.Name} {check.Outcome} {check.Detail}"));
}
