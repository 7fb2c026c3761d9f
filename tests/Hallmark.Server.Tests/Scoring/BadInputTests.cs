using System.Net;
using System.Text;
using Hallmark.Inference.Runners;
using Hallmark.Server.Scoring;

namespace Hallmark.Server.Tests.Scoring;

/// <summary>Bodies that must be refused before the model runs: a clear sentence, the right status, and a server that goes on.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string> Refused { get; } =
        new()
        {
            { "", "empty" },
            { " ", "the text ends inside a value" },
            { "{not json", "invalid input" },
            { "[[1,2]]", "JSON object" },
            { "null", "JSON object" },
            { "{}", "none" },
            { """{"data":[[1]]}""", "none" },
            { """{"inputs":[1],"instances":[1]}""", "instances, inputs" },
            { """{"inputs":[1],"inputs":[2]}""", "twice" },
            { """{"inputs":{"a":1,"a":2}}""", "twice" },
            { """{"inputs":[1]} x""", "something follows" },
            { """{"inputs":[NaN]}""", "invalid input" },
            { """{"inputs":[Infinity]}""", "invalid input" },
            { """{"inputs":[-Infinity]}""", "invalid input" },
            { """{"inputs":[1e999]}""", "does not fit" },
            { """{"inputs":[01]}""", "invalid input" },
            { """{"inputs":[1,]}""", "invalid input" },
            { """{"inputs":["\ud800"]}""", "surrogate" },
            { """{"inputs":["\udc00\ud800"]}""", "surrogate" },
            { """{"\ud800":1,"inputs":[1]}""", "surrogate" },
            { """{"inputs":[9007199254740993]}""", "beyond" },
            { """{"inputs":[-9007199254740992]}""", "beyond" },
            { """{"inputs":[123456789012345678901234567890]}""", "beyond" },
            { """{"inputs":null}""", "null" },
            { """{"instances":{"a":1}}""", "list" },
            { """{"instances":5}""", "instances must be a list" },
            { """{"instances":null}""", "instances must be a list" },
            { """{"dataframe_records":[1]}""", "row 0 (counted from 0)" },
            { """{"dataframe_records":[{"a":1},null]}""", "row 1 (counted from 0)" },
            { """{"dataframe_records":null}""", "list of objects" },
            { """{"dataframe_records":5}""", "list of objects" },
            { """{"dataframe_split":null}""", "columns and data" },
            { """{"dataframe_split":5}""", "columns and data" },
            { """{"dataframe_split":{}}""", "columns and data" },
            { """{"dataframe_records":{"a":[1]}}""", "objects" },
            { """{"dataframe_split":[[1]]}""", "columns and data" },
            { """{"dataframe_split":{"columns":["a"]}}""", "columns and data" },
            { """{"dataframe_split":{"columns":["a","b"],"data":[[1,2],[3]]}}""", "row 1" },
            { """{"dataframe_split":{"columns":["a"],"data":[1]}}""", "row 0" },
            { """{"dataframe_split":{"columns":["a","a"],"data":[[1,2]]}}""", "twice" },
            { """{"dataframe_split":{"columns":[["a"]],"data":[[1]]}}""", "names" },
            { """{"dataframe_split":{"columns":["a"],"index":[1,2],"data":[[1]]}}""", "index" },
            { """{"inputs":[1],"params":[1]}""", "params" },
            { "\uFEFF{\"inputs\":[1]}", "byte order mark" },
            { "// hi\n{\"inputs\":[1]}", "invalid input" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_faulty_body_is_refused_with_a_sentence_and_the_model_does_not_run(string body, string says)
    {
        await using var scene = await ScoringScene.StartAsync();

        using var response = await scene.PostAsync(body);
        var answer = await ScoringScene.ReadAsync(response);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(says, answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(answer["error_code"]!.GetValue<string>(), (string[])["BAD_REQUEST", "INVALID_PARAMETER_VALUE"]);
        Assert.Empty(scene.Model.Asked);
        Assert.False(response.Headers.Contains("Hallmark-Decision-Id"));
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync("""{"inputs":[1]}""")).Status);
    }

    [Fact]
    public async Task Nesting_is_taken_to_the_limit_and_refused_beyond_it()
    {
        await using var scene = await ScoringScene.StartAsync();

        var (deepest, _) = await scene.AskAsync(Nested(127));
        var (deeper, answer) = await scene.AskAsync(Nested(128));
        var (abyss, _) = await scene.AskAsync(Nested(100_000));

        Assert.Equal(HttpStatusCode.OK, deepest);
        Assert.Equal(HttpStatusCode.BadRequest, deeper);
        Assert.Contains("nested", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, abyss);
        Assert.Single(scene.Model.Asked);
    }

    public static TheoryData<string> BrokenUtf8 { get; } =
        new(
            Convert.ToBase64String([0xFF]),
            Convert.ToBase64String([0xC0, 0x80]),
            Convert.ToBase64String([0xED, 0xA0, 0x80]),
            Convert.ToBase64String([0xF4, 0x90, 0x80, 0x80])
        );

    [Theory]
    [MemberData(nameof(BrokenUtf8))]
    public async Task Bytes_that_are_not_utf8_are_refused_in_json_and_csv(string base64)
    {
        await using var scene = await ScoringScene.StartAsync();
        var bytes = Convert.FromBase64String(base64);

        using var json = await scene.PostAsync([.. "{\"inputs\":[\""u8, .. bytes, .. "\"]}"u8]);
        using var csv = await scene.PostAsync([.. "a\n"u8, .. bytes], "text/csv");

        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, csv.StatusCode);
        Assert.Empty(scene.Model.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n ")]
    [InlineData("\uFEFFa\n1\n")]
    [InlineData("a\n\0\n")]
    public async Task Csv_that_is_empty_or_not_text_is_refused(string csv)
    {
        await using var scene = await ScoringScene.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await scene.AskAsync(csv, "text/csv")).Status);
        Assert.Empty(scene.Model.Asked);
    }

    [Fact]
    public async Task What_the_model_says_of_an_input_that_does_not_fit_goes_to_the_caller()
    {
        await using var scene = await ScoringScene.StartAsync();
        scene.Model.Run = (_, _) => throw new ModelInputException("column \"b\" is missing", "the model takes a, b");

        var (status, answer) = await scene.AskAsync("""{"inputs":{"a":[1]}}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("INVALID_PARAMETER_VALUE", answer["error_code"]!.GetValue<string>());
        Assert.Equal("column \"b\" is missing; the model takes a, b", answer["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_megabytes_are_refused_whether_announced_or_not(bool isAnnounced)
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { MaxBodySizeInBytes = 1 << 20 } }
        );
        using var content = new StreamContent(new MemoryStream(new byte[100 << 20]));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        if (!isAnnounced)
        {
            content.Headers.ContentLength = null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/invocations") { Content = content };
        request.Headers.TransferEncodingChunked = isAnnounced ? null : true;
        HttpStatusCode? status = null;
        try
        {
            using var response = await scene.Client.SendAsync(request);
            status = response.StatusCode;
        }
        catch (HttpRequestException)
        {
            // The server closes while the client still sends: that is a refusal too.
        }

        Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{status}");
        Assert.Empty(scene.Model.Asked);
        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync("""{"inputs":[1]}""")).Status);
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not()
    {
        await using var scene = await ScoringScene.StartAsync(
            options: new ScoringServerOptions { Limits = new ScoringLimits { MaxBodySizeInBytes = 1 << 10 } }
        );

        Assert.Equal(HttpStatusCode.OK, (await scene.AskAsync(OfSize(1 << 10))).Status);
        var (status, answer) = await scene.AskAsync(OfSize((1 << 10) + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("1024", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static string Nested(int lists) =>
        new StringBuilder("{\"inputs\":").Append('[', lists).Append(']', lists).Append('}').ToString();

    private static string OfSize(int bytes)
    {
        const string Begin = "{\"inputs\":[\"";
        const string End = "\"]}";
        return Begin + new string('x', bytes - Begin.Length - End.Length) + End;
    }
}
