using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Tests;

/// <summary>What holds for every member of the settings, wherever it stands: the laws run over a file in which everything is set.</summary>
public sealed class SettingsLawTests
{
    private const string Key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private const string Address = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static readonly string Everything = $$"""
        {
          "tracking_uri": "http://mlflow:5000", "relocate": ["/srv/mlflow=/mnt/restored"], "signing_key": "release", "origin": "example.org/log",
          "trusted_keys": [{"name": "risk", "public_key": "{{Key}}", "since": "2026-01-31", "until": "2027-01-31T09:00:00+01:00"}],
          "witness_policy": "require arweave",
          "outbox": {"deadline": "3d", "first_pause": "2s", "longest_pause": "10m", "max_attempts": 7},
          "anchors": [
            {"name": "vault", "type": "checkpoint-file", "folder": "/mnt/vault", "every": "10m", "anchors": "checkpoint"},
            {"name": "git", "type": "checkpoint-file", "repository": "/srv/log", "branch": "log", "remote": "origin", "allow_plain_http": false},
            {"name": "weave", "type": "arweave", "upload": "https://up.example", "payment": "https://pay.example", "gateways": ["gw.example"], "wallet": "w.json",
             "earlier_wallets": ["{{Address}}"], "bundlers": ["{{Address}}"], "network": "arweave.example", "depth": 20, "allow_plain_http": true,
             "verify": "https://gw.example/verify", "operators": ["{{Address}}"], "verify_level": 3, "anchors": "envelope"},
            {"name": "ots", "type": "opentimestamps", "calendars": ["https://a.example", "https://b.example"], "min_calendars": 2, "network": "testnet", "depth": 7,
             "bitcoin": {"rpc": "http://127.0.0.1:8332", "cookie_file": "c", "headers": "h"}, "allow_plain_http": false},
            {"name": "tsa", "type": "rfc3161", "url": "https://tsa.example", "roots": ["root.pem"], "policy": "1.2.3.4", "allow_plain_http": false}
          ]
        }
        """;

    private static readonly string[] WrongValues = ["null", "7", "-1", "1.5", "true", "\"\"", "\"\\u0000\"", "[]", "{}", "[null]", "[[]]"];

    /// <summary>The place of every member and every item, as messages write it.</summary>
    public static TheoryData<string> Members() => [.. Walk(Whole(), "").Where(place => !place.EndsWith(']'))];

    /// <summary>The place of every object; the root is empty.</summary>
    public static TheoryData<string> Objects() => ["", .. Walk(Whole(), "").Where(place => Find(place) is JsonObject)];

    [Fact]
    public void The_file_in_which_everything_is_set_is_accepted()
    {
        var settings = Parse(Whole());
        Assert.Equal(5, settings.Anchors.Length);
        Assert.True(Members().Count > 50);
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_member_that_is_not_known_is_named_with_its_place_in_every_object(string place)
    {
        var faults = FaultsOf(root => At(root, place).AsObject()["colour"] = "red");
        var fault = Assert.Single(faults);
        Assert.StartsWith(Join(place, "colour") + ": ", fault, StringComparison.Ordinal);
        Assert.Matches("not a setting|is not known", fault);
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_member_that_belongs_elsewhere_is_refused_where_it_was_put_by_mistake(string place)
    {
        // Everything that the root or any other object knows, and this one does not.
        var own = At(Whole(), place).AsObject().Select(member => member.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in ForeignMembers(own))
        {
            var faults = FaultsOf(root => At(root, place).AsObject()[name] = value!.DeepClone(), mayPass: true);
            Assert.True(
                faults.Any(fault => IsAt(fault, Join(place, name))) || IsOptionalIn(place, name),
                $"{name} in {(place.Length == 0 ? "the root" : place)}: {string.Join(" | ", faults)}"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_misspelt_member_is_named_and_never_passed_over(string place)
    {
        var faults = FaultsOf(root =>
        {
            var (owner, name) = Owner(root, place);
            var value = owner[name];
            owner.Remove(name);
            owner[name + "x"] = value;
        });

        // Without its type nothing of an anchor is known, so that no other member of it can be called unknown.
        Assert.Contains(
            faults,
            fault => IsAt(fault, place + "x") || (place.EndsWith(".type", StringComparison.Ordinal) && fault == place + ": missing")
        );
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_value_of_another_kind_is_named_with_its_place(string place)
    {
        var kind = Find(place)!.GetValueKind();
        foreach (var wrong in WrongValues)
        {
            var value = JsonNode.Parse(wrong);
            if ((value?.GetValueKind() ?? JsonValueKind.Null) == kind && wrong is not ("\"\"" or "-1" or "1.5"))
            {
                continue;
            }

            if (IsSwitch(kind) && IsSwitch(value?.GetValueKind() ?? JsonValueKind.Null))
            {
                continue;
            }

            var faults = FaultsOf(root => Replace(root, place, value));
            Assert.True(faults.Any(fault => IsAt(fault, place)), $"{place} = {wrong}: {string.Join(" | ", faults)}");
        }
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void What_is_left_out_is_optional_or_named_as_missing_in_its_own_object(string place)
    {
        var (_, name) = Owner(Whole(), place);
        var faults = FaultsOf(root => Owner(root, place).Owner.Remove(name), mayPass: true);
        Assert.All(faults, fault => Assert.StartsWith(place[..^name.Length], fault, StringComparison.Ordinal));
    }

    [Fact]
    public void The_order_of_members_means_nothing()
    {
        var expected = Show(Parse(Whole()));
        var random = new Random(20261121);
        for (var count = 0; count < 50; count++)
        {
            Assert.Equal(expected, Show(Parse(Shuffled(Whole(), random)!)));
        }
    }

    [Fact]
    public void Two_faults_anywhere_are_both_told()
    {
        var places = Walk(Whole(), "").Where(place => !place.EndsWith(']') && Find(place) is JsonValue).ToList();
        var random = new Random(7);
        for (var count = 0; count < 200; count++)
        {
            var (first, second) = (places[random.Next(places.Count)], places[random.Next(places.Count)]);
            if (first == second || Hides(first, second) || Hides(second, first))
            {
                continue;
            }

            var faults = FaultsOf(root =>
            {
                Replace(root, first, new JsonObject());
                Replace(root, second, new JsonObject());
            });
            Assert.Contains(faults, fault => IsAt(fault, first));
            Assert.Contains(faults, fault => IsAt(fault, second));
        }
    }

    [Fact]
    public void A_file_that_is_damaged_at_any_byte_is_read_or_refused_with_faults_and_nothing_else()
    {
        var text = Encoding.UTF8.GetBytes(Everything);
        var random = new Random(42);
        var refused = 0;
        for (var count = 0; count < 3_000; count++)
        {
            var damaged = text.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
            {
                damaged = damaged[..random.Next(damaged.Length)];
            }

            try
            {
                _ = SettingsReader.Parse(damaged, "hallmark.json");
            }
            catch (SettingsException refusal)
            {
                refused++;
                Assert.NotEmpty(refusal.Faults);
                Assert.Equal(2, refusal.ExitCode);
            }
        }

        Assert.InRange(refused, 1_000, 3_000);
    }

    private static JsonObject Whole() => JsonNode.Parse(Everything)!.AsObject();

    private static HallmarkSettings Parse(JsonNode root) =>
        SettingsReader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "hallmark.json");

    private static IReadOnlyList<string> FaultsOf(Action<JsonObject> change, bool mayPass = false)
    {
        var root = Whole();
        change(root);
        try
        {
            _ = Parse(root);
            Assert.True(mayPass, root.ToJsonString());
            return [];
        }
        catch (SettingsException refusal)
        {
            return refusal.Faults;
        }
    }

    private static string Show(HallmarkSettings settings) =>
        string.Join('\n', settings.Anchors.Select(anchor => JsonSerializer.Serialize<object>(anchor)))
        + $"\n{settings.TrackingUri} {string.Join(' ', settings.Relocations)} {settings.SigningKey} {settings.Origin} {settings.WitnessPolicy} {settings.Outbox}"
        + string.Join(' ', settings.TrustedKeys.Keys);

    private static IEnumerable<string> Walk(JsonNode? node, string place) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Step(member.Value, Join(place, member.Key))),
            JsonArray items => items.SelectMany((item, i) => Step(item, $"{place}[{i}]")),
            _ => [],
        };

    private static IEnumerable<string> Step(JsonNode? node, string place) => [place, .. Walk(node, place)];

    private static string Join(string place, string name) => place.Length == 0 ? name : $"{place}.{name}";

    private static JsonNode? Find(string place) => At(Whole(), place);

    private static JsonNode At(JsonNode root, string place)
    {
        var node = root;
        foreach (var step in place.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            node = step.StartsWith('[') ? node[int.Parse(step[1..^1], null)]! : node[step]!;
        }

        return node;
    }

    private static (JsonObject Owner, string Name) Owner(JsonObject root, string place)
    {
        var dot = place.LastIndexOf('.');
        return dot < 0 ? (root, place) : (At(root, place[..dot]).AsObject(), place[(dot + 1)..]);
    }

    private static void Replace(JsonObject root, string place, JsonNode? value)
    {
        var (owner, name) = Owner(root, place);
        owner[name] = value?.DeepClone();
    }

    private static bool IsAt(string fault, string place) =>
        fault.StartsWith(place, StringComparison.Ordinal) && fault.Length > place.Length && fault[place.Length] is ':' or '[' or '.';

    private static bool IsSwitch(JsonValueKind kind) => kind is JsonValueKind.True or JsonValueKind.False;

    // Of an anchor whose type is faulty nothing else can be told.
    private static bool Hides(string first, string second) =>
        first.EndsWith(".type", StringComparison.Ordinal) && second.StartsWith(first[..^4], StringComparison.Ordinal);

    // Members that every anchor has, or that this anchor's type has, and that are not set in its example.
    private static bool IsOptionalIn(string place, string name) =>
        place.StartsWith("anchors[", StringComparison.Ordinal)
        && !place.Contains('.', StringComparison.Ordinal)
        && (
            name is "every" or "anchors"
            || (name == "allow_plain_http" && place is "anchors[0]")
            || (name is "repository" or "branch" or "remote" && place is "anchors[0]")
        );

    private static IEnumerable<(string Name, JsonNode? Value)> ForeignMembers(HashSet<string> own) =>
        Walk(Whole(), "")
            .Where(place => !place.EndsWith(']'))
            .Select(place => (Owner(Whole(), place).Name, At(Whole(), place)))
            .Where(member => !own.Contains(member.Name))
            .DistinctBy(member => member.Name)
            .Select(member => (member.Name, (JsonNode?)member.Item2));

    private static JsonNode? Shuffled(JsonNode? node, Random random)
    {
        switch (node)
        {
            case JsonObject members:
                var pairs = members.Select(member => KeyValuePair.Create(member.Key, Shuffled(member.Value, random))).ToArray();
                random.Shuffle(pairs);
                return new JsonObject(pairs);
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Shuffled(item, random))]);
            default:
                return node?.DeepClone();
        }
    }
}
