using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Scoring;

namespace Hallmark.Inference.Tests.Runners.Scoring;

/// <summary>An answer is read whole or refused as what it is, whatever its bytes.</summary>
public sealed class ScoringAnswerPropertyTests
{
    private static readonly byte[] Good = Encoding.UTF8.GetBytes("""{"predictions": [0, -2.5e-3, "ä\u00fc", null, true, {"a": [1]}]}""");

    [Fact]
    public void An_answer_cut_anywhere_is_refused()
    {
        for (var length = 0; length < Good.Length; length++)
        {
            Assert.Throws<ModelRunException>(() => ScoringAnswer.Read("it", Good.AsSpan(0, length)));
        }

        Assert.Equal(6, ScoringAnswer.Read("it", Good).Value!.AsArray().Count);
    }

    [Fact]
    public void A_changed_byte_gives_an_answer_or_a_refusal_and_nothing_else() =>
        Prop.ForAll(
                Gen.Choose(0, Good.Length - 1).ToArbitrary(),
                Gen.Choose(0, 255).ToArbitrary(),
                (at, value) =>
                {
                    byte[] changed = [.. Good];
                    changed[at] = (byte)value;
                    return IsAnswerOrRefusal(changed);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_give_an_answer_or_a_refusal_and_nothing_else() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), IsAnswerOrRefusal).QuickCheckThrowOnFailure();

    [Fact]
    public void Where_a_number_is_none_python_writes_a_word_and_it_is_read_as_that_number()
    {
        var body = """{"predictions": [NaN, {"a": Infinity, "b\"NaN": [[-Infinity]]}, "NaN", "\\", -1.5, null, "a\"NaN, Infinity"]}""";
        var answer = ScoringAnswer.Read("it", Encoding.UTF8.GetBytes(body)).Value!.AsArray();
        Assert.Equal(double.NaN, answer[0]!.GetValue<double>());
        Assert.Equal(double.PositiveInfinity, answer[1]!["a"]!.GetValue<double>());
        Assert.Equal(double.NegativeInfinity, answer[1]!["b\"NaN"]![0]![0]!.GetValue<double>());
        Assert.Equal(["NaN", "\\", "a\"NaN, Infinity"], new[] { 2, 3, 6 }.Select(i => answer[i]!.GetValue<string>()));
        Assert.Equal(-1.5, answer[4]!.GetValue<double>());
        Assert.Equal(double.NaN, ScoringAnswer.Read("it", "{\"predictions\": NaN}"u8).Value!.GetValue<double>());
    }

    [Theory]
    [InlineData("""{"predictions": [NaN, 1e999]}""", "no JSON")]
    [InlineData("""{"predictions": {NaN: 1}}""", "no JSON")]
    [InlineData("""{"predictions": 1NaN}""", "no JSON")]
    [InlineData("""{"predictions": [--Infinity]}""", "no JSON")]
    [InlineData("""{"predictions": [NaN], "predictions": [1]}""", "no JSON")]
    [InlineData("""{"predictions": [NaN, "x]}""", "no JSON")]
    [InlineData("""[NaN]""", "without")]
    [InlineData("""{"predictions": [1e999]}""", "double")]
    [InlineData("""{"predictions": nan}""", "no JSON")]
    [InlineData("  <html>", "HTML")]
    [InlineData("{\"predictions\": \"\\ud800\"}", "surrogate")]
    [InlineData("\ufeff{\"predictions\": 1}", "byte order mark")]
    [InlineData("{\"predictions\": 1} x", "follows")]
    [InlineData("{}", "without")]
    [InlineData("null", "without")]
    public void A_refusal_says_what_is_wrong(string body, string words) =>
        Assert.Contains(
            words,
            Assert.Throws<ModelRunException>(() => ScoringAnswer.Read("it", Encoding.UTF8.GetBytes(body))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_value_that_was_read_belongs_to_nobody_else()
    {
        var output = ScoringAnswer.Read("it", """{"predictions": [1], "more": 2}"""u8);
        Assert.Null(output.Value!.Parent);
        _ = new JsonObject { ["free"] = output.Value };
    }

    private static bool IsAnswerOrRefusal(byte[] body)
    {
        try
        {
            ScoringAnswer.Read("it", body);
            return true;
        }
        catch (ModelRunException refusal)
        {
            return !refusal.Message.Any(char.IsControl);
        }
    }
}
