using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Digests;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Json;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Policies;
using Hallmark.Core.Signatures;
using Hallmark.Core.Tests.Anchoring;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Robustness;

/// <summary>What is hashed, signed or read by others is the same wherever in the world it is written.</summary>
public sealed class CultureTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 11, 21, 3, 4, 5, 678, TimeSpan.FromHours(-9.5)).AddTicks(9_012);

    public static TheoryData<string> Cultures => [.. HostileCulture.Names];

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task Every_text_that_leaves_the_room_is_the_same_in_every_culture(string culture)
    {
        var here = await HostileCulture.RunAsync(null, () => Task.FromResult(Texts().ToList()));
        var there = await HostileCulture.RunAsync(
            culture,
            () =>
            {
                Assert.NotEqual("-1.5", (-1.5).ToString(CultureInfo.CurrentCulture)); // The culture is in force.
                return Task.FromResult(Texts().ToList());
            }
        );
        Assert.Equal(here, there);
        Assert.All(here, text => Assert.NotEmpty(text));
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task Every_text_that_comes_in_is_read_alike_in_every_culture(string culture)
    {
        await HostileCulture.RunAsync(
            culture,
            () =>
            {
                Assert.Equal("[-1.5,-7,1e-7]", Encoding.UTF8.GetString(CanonicalJson.Canonicalize("[-1.50, -7, 1E-7]"u8)));
                var receipt = AnchorReceiptJsonTests.Full();
                Assert.Equal(receipt.PreparedAt, AnchorReceiptJson.Parse(AnchorReceiptJson.Write(receipt)).PreparedAt);
                var checkpoint = new Checkpoint("log.example/x", 1_234_567_890_123, MerkleHash.Leaf("a"u8));
                Assert.Equal(checkpoint.Size, Checkpoint.Parse(checkpoint.ToText()).Size);
                Assert.Equal("require arweave before +12h", WitnessPolicyText("require arweave before +12h"));
                Assert.False(Digest.TryParse("sha256:" + new string('\u0660', 64), out _));
                return Task.FromResult(0);
            }
        );
    }

    private static string WitnessPolicyText(string text)
    {
        try
        {
            return WitnessPolicy.Parse(text).ToString();
        }
        catch (PolicyFormatException)
        {
            return text;
        }
    }

    private static IEnumerable<string> Texts()
    {
        foreach (var number in new[] { -1.5, -0.0, 1e21, -1e-7, 123_456_789.125, double.MaxValue, -double.Epsilon })
        {
            yield return Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(number)));
            yield return PythonRepr.Of(JsonValue.Create(number));
            using var writer = new CanonicalJsonWriter();
            yield return Encoding.UTF8.GetString(writer.Number(number).ToArray());
            yield return Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(FloatRounding.Round(number))));
        }

        foreach (var number in new[] { -1L, -(1L << 53) + 1, 1_234_567_890 })
        {
            yield return Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(number)));
            yield return PythonRepr.Of(JsonValue.Create(number));
            using var writer = new CanonicalJsonWriter();
            yield return Encoding.UTF8.GetString(writer.Number(number).ToArray());
        }

        yield return EnvelopeTime.Microseconds(Time);
        yield return EnvelopeTime.Milliseconds(Time);
        yield return Encoding.UTF8.GetString(
            AnchorReceiptJson.Write(AnchorReceiptJsonTests.Full() with { PreparedAt = Time, TreeSize = 1_234_567 })
        );
        var checkpoint = new Checkpoint("log.example/x", 1_234_567, MerkleHash.Leaf("a"u8));
        yield return Encoding.UTF8.GetString(checkpoint.ToText());
        using var key = Ed25519PrivateKey.FromSeed(new byte[32]);
        var signer = new NoteSigner("log.example/x", key);
        yield return Convert.ToHexString(SignedNote.Create(checkpoint.ToText(), signer.Sign(checkpoint.ToText())).Bytes.Span);
        yield return signer.Cosign(checkpoint.ToText(), Time).ToLine();
        var draft = EnvelopeDrafts.Mlflow(
            "00000000-0000-4000-8000-000000000001",
            "training_complete",
            new JsonObject
            {
                ["type"] = "run",
                ["run_id"] = "r",
                ["number"] = -3,
            },
            new string('0', 64),
            EnvelopeDrafts.Genesis,
            Time
        );
        yield return Encoding.UTF8.GetString(EnvelopeSealer.Seal(draft, key).Bytes.Span);
        yield return JsonRejected("{\"a\":1,\"a\":2}");
        yield return JsonRejected("[" + new string(' ', 1_234_567) + "x");
    }

    private static string JsonRejected(string text) =>
        Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text))).Message;
}
