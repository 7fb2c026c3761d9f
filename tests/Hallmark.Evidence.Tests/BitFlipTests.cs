using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Evidence.Tests;

/// <summary>No bit of a bundle can change unnoticed, and what was changed is named.</summary>
public sealed class BitFlipTests : IAsyncLifetime
{
    private BundleScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await BundleScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    /// <summary>A sample of a larger bundle, with lineage and two checkpoints; of a smaller one every bit is flipped (<c>BundleFlipTests</c>).</summary>
    [Fact]
    public async Task One_flipped_bit_in_any_member_fails_and_names_a_part()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync());
        var random = new Random(20260301);
        for (var at = 0; at < bundle.Length; at += random.Next(1, 5))
        {
            var flipped = (byte[])bundle.Clone();
            flipped[at] ^= (byte)(1 << random.Next(8));
            var verdict = await Flips.BundleFlipTests.VerifyAsync(flipped);

            Assert.Equal(1, verdict.ExitCode);
            Assert.Contains(verdict.Checks, check => check.Outcome is CheckOutcome.Failed && check.Detail is { Length: > 0 });
        }
    }

    /// <summary>Each part is changed and the bundle sealed anew by somebody else: the wrapper holds, and the part itself must not.</summary>
    [Theory]
    [InlineData("signature", "entries.0.envelope.signature")]
    [InlineData("signature", "entries.1.envelope.payload_hash")]
    [InlineData("signature", "entries.2.envelope.subject.version")]
    [InlineData("signature", "entries.2.envelope.event_id")]
    [InlineData("signature", "entries.0.envelope.public_key")]
    [InlineData("signature", "entries.0.envelope.signed_at")]
    [InlineData("record", "entries.1.record")]
    [InlineData("inclusion", "entries.1.inclusion.path.0")]
    [InlineData("inclusion", "entries.1.inclusion.index")]
    [InlineData("inclusion", "entries.1.inclusion.tree_size")]
    [InlineData("checkpoints", "ledger.checkpoints.0.note")]
    [InlineData("checkpoints", "ledger.checkpoints.1.note")]
    [InlineData("checkpoints", "ledger.verifier_key")]
    [InlineData("checkpoints", "ledger.origin")]
    [InlineData("consistency", "ledger.checkpoints.1.from_previous.path.0")]
    [InlineData("consistency", "ledger.checkpoints.1.from_previous.old_size")]
    [InlineData("consistency", "ledger.checkpoints.1.from_previous.new_size")]
    [InlineData("witnesses", "receipts.0.digest")]
    [InlineData("witnesses", "receipts.0.proof.signature")]
    [InlineData("witnesses", "receipts.1.proof.seen_at")]
    [InlineData("witnesses", "receipts.0.target")]
    [InlineData("subject", "subject")]
    [InlineData("subject", "event_id")]
    public async Task A_changed_part_under_a_new_seal_is_named(string check, string path)
    {
        var body = Bodies.BundleBodyJson.Write(await _scene.ComposeAsync());
        Change(body, path.Split('.'));
        var resealed = Composing.BundleSealer.Seal(
            Bodies.BundleBody.BodyType,
            body,
            new Verdict("x", []),
            BundleScene.SignedAt,
            Notary.Key
        );

        var verdict = (await BundleScene.VerifyAsync(resealed)).Verdict;

        Assert.Equal(CheckOutcome.Passed, verdict.Checks.Single(one => one.Name == "wrapper").Outcome);
        Assert.Equal(CheckOutcome.Failed, verdict.Checks.Single(one => one.Name == check).Outcome);
        Assert.Equal(1, verdict.ExitCode);
    }

    [Theory]
    [InlineData("entries.0.surprise")]
    [InlineData("ledger.surprise")]
    [InlineData("surprise")]
    [InlineData("receipts.0.surprise")]
    [InlineData("entries.0.inclusion.surprise")]
    public async Task An_unknown_member_fails_and_is_named_by_its_place(string path)
    {
        var body = Bodies.BundleBodyJson.Write(await _scene.ComposeAsync());
        var names = path.Split('.');
        Find(body, names.AsSpan(0, names.Length - 1)).AsObject()[names[^1]] = 1;
        var resealed = Composing.BundleSealer.Seal(
            Bodies.BundleBody.BodyType,
            body,
            new Verdict("x", []),
            BundleScene.SignedAt,
            Notary.Key
        );

        var verdict = (await BundleScene.VerifyAsync(resealed)).Verdict;

        Assert.Equal(1, verdict.ExitCode);
        var broken = Assert.Single(verdict.Checks, check => check.Outcome is CheckOutcome.Failed);
        Assert.Equal("body", broken.Name);
        Assert.Contains("surprise", broken.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"spec_version\":\"ario.evidence/v2\"}")]
    [InlineData("{\"body\":{},\"body\":{}}")]
    [InlineData("not json")]
    public async Task What_is_no_bundle_is_refused(string text) =>
        await Assert.ThrowsAsync<BadInputException>(() => BundleScene.VerifyAsync(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task A_signature_in_capitals_is_not_the_wrappers()
    {
        var wrapper = JsonNode.Parse(await BundleScene.SealAsync(await _scene.ComposeAsync()))!.AsObject();
        wrapper["signature"] = wrapper["signature"]!.GetValue<string>().ToUpperInvariant();

        var verdict = (await BundleScene.VerifyAsync(CanonicalJson.Canonicalize(wrapper))).Verdict;

        Assert.Equal(CheckOutcome.Failed, verdict.Checks.Single(check => check.Name == "wrapper").Outcome);
    }

    private static JsonNode Find(JsonNode node, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node is JsonArray list ? list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : node[name]!;
        }

        return node;
    }

    private static void Change(JsonObject body, string[] path)
    {
        var value = Find(body, path);
        JsonNode changed = value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.Number => value.GetValue<ulong>() + 1,
            _ when path[^1] == "target" => "envelope",
            _ when path[^1] == "seen_at" => "2025-03-01T13:00:00Z",
            _ when path[^1] == "note" => value.GetValue<string>().Replace("ledger.example", "ledger.exbmple", StringComparison.Ordinal),
            _ => OtherText(value.GetValue<string>()),
        };
        if (value.Parent is JsonArray list)
        {
            list[value.GetElementIndex()] = changed;
        }
        else
        {
            value.Parent![value.GetPropertyName()] = changed;
        }
    }

    /// <summary>Another text of the same form: a digit or letter before the end is another one.</summary>
    private static string OtherText(string text)
    {
        var at = Math.Max(0, text.Length - 4);
        return text[..at] + (text[at] == '1' ? '2' : '1') + text[(at + 1)..];
    }
}
