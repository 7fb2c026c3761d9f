using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Envelopes;

/// <summary>The forms of what a producer writes (envelope family §4.1, §6 to §8): subjects, ids, types and hashes, at their borders.</summary>
public sealed class DraftFormTests
{
    private const string Id = "00000000-0000-4000-8000-00000000000a";
    private static readonly string Hash = new('a', 64);
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The table of §6, each subject with and without what may be left out.</summary>
    [Fact]
    public void Subjects_have_the_members_of_their_kind_and_no_others()
    {
        AssertJson("""{"run_id":"r","type":"mlflow_run"}""", MlflowEvents.RunSubject("r"));
        AssertJson("""{"run_id":"r","tracking_uri":"http://x","type":"mlflow_run"}""", MlflowEvents.RunSubject("r", "http://x"));
        AssertJson("""{"digest":"1","name":"d","type":"mlflow_dataset"}""", MlflowEvents.DatasetSubject("d", "1"));
        AssertJson("""{"name":"m","type":"mlflow_model_version","version":"3"}""", MlflowEvents.ModelVersionSubject("m", "3"));
        AssertJson("""{"decision_id":"d","model_run_id":"r","type":"mlflow_prediction"}""", MlflowEvents.PredictionSubject("d", "r"));
        AssertJson(
            """{"decision_id":"d","model_run_id":"r","trace_id":"t","type":"mlflow_prediction"}""",
            MlflowEvents.PredictionSubject("d", "r", "t")
        );
        AssertJson("""{"agent_id":"a","tenant_id":"t","type":"agent"}""", AgentEvents.Subject("t", "a"));
    }

    [Fact]
    public void Each_profile_takes_its_own_events_and_no_others()
    {
        string[] mlflow = ["training_complete", "dataset", "model_registered", "stage_transition", "prediction"];
        string[] agent =
        [
            "asset_registered",
            "tamper_detected",
            "asset_missing",
            "policy_changed",
            "verification_checkpoint",
            "key_retired",
        ];
        foreach (var type in mlflow.Concat(agent).Concat(["", "Dataset", "dataset ", "event"]))
        {
            AssertTaken(mlflow.Contains(type), () => EnvelopeDrafts.Mlflow(Id, type, Subject(), Hash, "GENESIS", Time));
            AssertTaken(agent.Contains(type), () => EnvelopeDrafts.Agent(Id, type, Subject(), new JsonObject(), "GENESIS", Time));
        }
    }

    /// <summary>§8: words of small letters, digits and underscores, that begin with a letter, separated by points; at most 64 characters.</summary>
    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b", true)]
    [InlineData("a1_.b_2", true)]
    [InlineData("s3.object_stored", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("a.", false)]
    [InlineData(".a", false)]
    [InlineData("a..b", false)]
    [InlineData("1a", false)]
    [InlineData("_a", false)]
    [InlineData("a.1b", false)]
    [InlineData("a-b", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    public void An_event_type_keeps_to_its_grammar(string type, bool isTaken)
    {
        AssertTaken(isTaken, () => EnvelopeDrafts.Hallmark(Id, type, Subject(), Hash, "GENESIS", Time));
        AssertTaken(isTaken, () => EventRecord.ForContent(Hash, 1, eventType: type));
    }

    [Fact]
    public void An_event_type_has_up_to_64_characters()
    {
        AssertTaken(true, () => EnvelopeDrafts.Hallmark(Id, new string('a', 64), Subject(), Hash, "GENESIS", Time));
        AssertTaken(false, () => EnvelopeDrafts.Hallmark(Id, new string('a', 65), Subject(), Hash, "GENESIS", Time));
    }

    [Theory]
    [InlineData("00000000-0000-4000-8000-00000000000a", true)]
    [InlineData("00000000-0000-4000-8000-00000000000A", false)]
    [InlineData("{00000000-0000-4000-8000-00000000000a}", false)]
    [InlineData("0000000000004000800000000000000a", false)]
    [InlineData("00000000-0000-4000-8000-00000000000", false)]
    [InlineData("00000000-0000-4000-8000-00000000000a0", false)]
    [InlineData(" 00000000-0000-4000-8000-00000000000a", false)]
    [InlineData("00000000-0000-4000-8000-00000000000a\n", false)]
    [InlineData("00000000-0000-4000-8000-00000000000g", false)]
    [InlineData("00000000-00004-000-8000-00000000000a", false)]
    [InlineData("", false)]
    public void An_event_id_is_a_uuid_in_small_letters_with_dashes(string id, bool isTaken)
    {
        AssertTaken(isTaken, () => EnvelopeDrafts.Hallmark(id, "a", Subject(), Hash, "GENESIS", Time));
        AssertTaken(isTaken, () => EnvelopeDrafts.Events(id, Hash, "dev", Time));
    }

    [Fact]
    public void A_hash_is_64_small_hex_digits_wherever_one_stands()
    {
        foreach (
            var (hash, isTaken) in new[]
            {
                (Hash, true),
                ("0123456789abcdef" + Hash[16..], true),
                (Hash[1..], false),
                (Hash + "a", false),
                (Hash + "\n", false),
                (Hash[1..] + "A", false),
                (Hash[1..] + "g", false),
                (Hash[1..] + "\u0661", false),
                ("", false),
            }
        )
        {
            AssertTaken(isTaken, () => EnvelopeDrafts.Hallmark(Id, "a", Subject(), hash, "GENESIS", Time));
            AssertTaken(isTaken, () => EnvelopeDrafts.Events(Id, hash, "dev", Time));
            AssertTaken(isTaken, () => EventRecord.ForContent(hash, 0));
            AssertTaken(isTaken, () => EventRecord.ForCheckpoint(hash, 1, Time, Time));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(long.MaxValue, true)]
    [InlineData(-1, false)]
    public void Content_has_a_length_of_0_or_more_and_a_checkpoint_of_1_or_more_leaves(long count, bool isTaken)
    {
        AssertTaken(isTaken, () => EventRecord.ForContent(Hash, count));
        AssertTaken(isTaken && count > 0, () => EventRecord.ForCheckpoint(Hash, count, Time, Time));
    }

    /// <summary>What is handed in is copied: a draft that was made does not change with it.</summary>
    [Fact]
    public void A_subject_or_payload_that_is_changed_later_changes_no_draft()
    {
        var (subject, payload) = (Subject(), new JsonObject { ["a"] = 1 });
        var draft = EnvelopeDrafts.Agent(Id, "asset_registered", subject, payload, "GENESIS", Time);
        var before = draft.ToJsonString();
        subject["x"] = 1;
        payload["a"] = 2;
        Assert.Equal(before, draft.ToJsonString());
        Assert.False(draft.ContainsKey("payload_hash")); // the sealer computes it
    }

    /// <summary>§4.1 and §7: cut off, not rounded; in UTC whatever the offset; and Python's way of leaving a fraction of nothing out.</summary>
    [Theory]
    [InlineData(0, "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00.000Z")]
    [InlineData(9, "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00.000Z")]
    [InlineData(10, "2026-03-01T12:00:00.000001+00:00", "2026-03-01T12:00:00.000Z")]
    [InlineData(19, "2026-03-01T12:00:00.000001+00:00", "2026-03-01T12:00:00.000Z")]
    [InlineData(9_999, "2026-03-01T12:00:00.000999+00:00", "2026-03-01T12:00:00.000Z")]
    [InlineData(10_000, "2026-03-01T12:00:00.001000+00:00", "2026-03-01T12:00:00.001Z")]
    [InlineData(9_999_999, "2026-03-01T12:00:00.999999+00:00", "2026-03-01T12:00:00.999Z")]
    [InlineData(10_000_000, "2026-03-01T12:00:01+00:00", "2026-03-01T12:00:01.000Z")]
    public void A_time_is_cut_to_the_parts_that_its_profile_writes(long ticks, string microseconds, string milliseconds)
    {
        foreach (var offset in new[] { 0, -11, 14 })
        {
            var time = Time.AddTicks(ticks).ToOffset(TimeSpan.FromHours(offset));
            Assert.Equal((microseconds, milliseconds), (EnvelopeTime.Microseconds(time), EnvelopeTime.Milliseconds(time)));
        }
    }

    private static JsonObject Subject() => new() { ["type"] = "x" };

    private static void AssertJson(string expected, JsonObject subject) =>
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(CanonicalJson.Canonicalize(subject)));

    private static void AssertTaken(bool isTaken, Func<object> make)
    {
        if (isTaken)
        {
            Assert.NotNull(make());
        }
        else
        {
            Assert.ThrowsAny<ArgumentException>(make);
        }
    }
}
