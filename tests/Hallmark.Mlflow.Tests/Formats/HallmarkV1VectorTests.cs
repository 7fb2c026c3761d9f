using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.Formats;

/// <summary>testdata/hallmark/hallmark-v1.json: our own profile and our own member, as docs/formats/hallmark-v1.md says them.</summary>
public sealed class HallmarkV1VectorTests
{
    private static readonly string Path = ProjectFiles.TestData("hallmark/hallmark-v1.json");
    private static readonly JsonNode Vectors = JsonNode.Parse(File.ReadAllBytes(Path))!;

    public static TheoryData<string> Events => Ids("cases");

    public static TheoryData<string> Accepted => Ids("accepted");

    public static TheoryData<string> Negatives => Ids("negatives");

    public static TheoryData<string> Histories => Ids("metric_histories");

    [Fact]
    public async Task The_recorder_makes_these_events_byte_for_byte_today()
    {
        var made = await HallmarkV1File.MakeAsync();
        if (made != await File.ReadAllTextAsync(Path))
        {
            // A format that changes unnoticed is a format that nobody can verify later: whoever means it copies this file over the other.
            var received = System.IO.Path.Combine(AppContext.BaseDirectory, "hallmark-v1.received.json");
            await File.WriteAllTextAsync(received, made);
            Assert.Fail($"the events are not those of {Path}; what came out lies in {received}");
        }
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void A_record_and_its_envelope_come_out_of_their_members(string id)
    {
        var entry = Find("cases", id);
        var expect = entry["expect"]!;
        using var key = Ed25519PrivateKey.FromSeed(Convert.FromHexString((string)Vectors["seed_hex"]!));
        var record = CanonicalJson.Canonicalize(entry["payload"]);
        var hash = CanonicalJson.Sha256Hex(entry["payload"]);
        var signedAt = DateTimeOffset.Parse((string)entry["signed_at"]!, CultureInfo.InvariantCulture);
        var (eventId, eventType, previous) = ((string)entry["event_id"]!, (string)entry["event_type"]!, (string)entry["previous_hash"]!);
        var subject = entry["subject"]!.AsObject();
        var draft =
            (string)JsonNode.Parse((string)expect["envelope"]!)!["spec_version"]! == SpecVersion.Hallmark
                ? EnvelopeDrafts.Hallmark(eventId, eventType, subject, hash, previous, signedAt)
                : EnvelopeDrafts.Mlflow(eventId, eventType, subject, hash, previous, signedAt);

        Assert.Equal((string)expect["payload_canonical"]!, Encoding.UTF8.GetString(record));
        Assert.Equal((string)expect["payload_hash"]!, hash);
        Assert.Equal((string)expect["envelope"]!, Encoding.UTF8.GetString(EnvelopeSealer.Seal(draft, key).Bytes.Span));

        var verification = EnvelopeVerifier.Verify(Utf8(expect["envelope"]), record);
        Assert.True(verification.IsOk);
        Assert.True(verification.PayloadHashOk);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_may_differ_does_not_break_a_proof(string id)
    {
        var entry = Find("accepted", id);
        Assert.True(Answer("accepted", id).IsOk);
        AssertAnswers(entry["expect"]!, Answer("accepted", id));
    }

    [Theory]
    [MemberData(nameof(Negatives))]
    public void An_altered_envelope_or_record_is_refused_for_the_right_reason(string id)
    {
        var verification = Answer("negatives", id);
        Assert.False(verification.IsOk);
        Assert.NotEmpty(verification.Errors);
        AssertAnswers(Find("negatives", id)["expect"]!, verification);
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void A_metrics_whole_history_is_committed_to_in_any_order_of_its_points(string id)
    {
        var entry = Find("metric_histories", id);
        var points = entry["points"]!
            .AsArray()
            .Select(point => new MetricPoint(
                BitConverter.UInt64BitsToDouble(
                    ulong.Parse((string)point!["value_bits"]!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                ),
                long.Parse((string)point["timestamp_ms"]!, CultureInfo.InvariantCulture),
                long.Parse((string)point["step"]!, CultureInfo.InvariantCulture)
            ))
            .ToList();
        var expect = entry["expect"]!;

        Assert.Equal((int)expect["count"]!, points.Count);
        Assert.Equal((string)expect["sha256"]!, MetricHistory.Hash(points));
        Assert.Equal((string)expect["sha256"]!, MetricHistory.Hash([.. points.AsEnumerable().Reverse()]));
        Assert.NotEqual((string)expect["sha256"]!, MetricHistory.Hash([.. points.Skip(1)]));
    }

    [PeerFact("node")]
    public async Task A_verifier_that_shares_no_code_with_us_gives_the_same_answers()
    {
        var script = System.IO.Path.Combine(ProjectFiles.Root, "tools/verify-envelope.mjs");
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { script, "--vectors", Path },
        };
        using var node = Process.Start(start)!;
        var answers = JsonNode.Parse(await node.StandardOutput.ReadToEndAsync())!.AsObject();
        await node.WaitForExitAsync();

        Assert.Equal(0, node.ExitCode);
        var all = Vectors["cases"]!.AsArray().Count + Vectors["accepted"]!.AsArray().Count + Vectors["negatives"]!.AsArray().Count;
        Assert.Equal(all, answers.Count);
        foreach (var entry in Vectors["cases"]!.AsArray())
        {
            Assert.True((bool)answers["cases/" + (string)entry!["id"]!]!["ok"]!, (string)entry["id"]!);
        }

        foreach (var list in new[] { "accepted", "negatives" })
        {
            foreach (var entry in Vectors[list]!.AsArray())
            {
                var answer = answers[$"{list}/{(string)entry!["id"]!}"]!.AsObject();
                Assert.Equal(list == "accepted", (bool)answer["ok"]!);
                answer.Remove("ok");
                Assert.True(JsonNode.DeepEquals(entry["expect"], answer), $"{(string)entry["id"]!}: {answer.ToJsonString()}");
            }
        }
    }

    private static EnvelopeVerification Answer(string list, string id)
    {
        var entry = Find(list, id);
        return EnvelopeVerifier.Verify(
            Utf8(entry["envelope"]),
            entry["record"] is null ? default(ReadOnlyMemory<byte>?) : Utf8(entry["record"])
        );
    }

    private static void AssertAnswers(JsonNode expect, EnvelopeVerification verification)
    {
        Assert.Equal((bool)expect["spec_version_ok"]!, verification.SpecVersionOk);
        Assert.Equal((bool?)expect["payload_hash_ok"], verification.PayloadHashOk);
        Assert.Equal((bool)expect["signature_ok"]!, verification.SignatureOk);
    }

    private static byte[] Utf8(JsonNode? text) => Encoding.UTF8.GetBytes((string)text!);

    private static JsonNode Find(string list, string id) => Vectors[list]!.AsArray().Single(entry => (string)entry!["id"]! == id)!;

    private static TheoryData<string> Ids(string list) => [.. Vectors[list]!.AsArray().Select(entry => (string)entry!["id"]!)];
}
