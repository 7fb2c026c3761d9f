using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Tests.Runners.Onnx;
using Hallmark.Inference.Tests.Runners.Processes;
using Hallmark.Inference.Tests.Runners.Remote;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Predictions;

/// <summary>An answer has one hash, whichever runner brought it: numbers that JSON has not are set apart everywhere.</summary>
public sealed class OneHashTests(OnnxModels models) : IClassFixture<OnnxModels>
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>An answer as a server writes it, the same in this process, and what both are hashed as.</summary>
    public static TheoryData<string, JsonArray, string> Answers { get; } =
        new()
        {
            { "[NaN, 1]", [double.NaN, 1.0], """{"numbers":{"/0":"NaN"},"prediction":[null,1]}""" },
            {
                "[[Infinity, -Infinity], 0.5]",
                [new JsonArray(double.PositiveInfinity, double.NegativeInfinity), 0.5],
                """{"numbers":{"/0/0":"Infinity","/0/1":"-Infinity"},"prediction":[[null,null],0.5]}"""
            },
            {
                """[{"a/b": NaN, "c": "NaN"}]""",
                [new JsonObject { ["a/b"] = double.NaN, ["c"] = "NaN" }],
                """{"numbers":{"/0/a~1b":"NaN"},"prediction":[{"a/b":null,"c":"NaN"}]}"""
            },
            {
                "[9007199254740993, -9007199254740993, 18446744073709551615, NaN]",
                [9007199254740993L, -9007199254740993L, ulong.MaxValue, double.NaN],
                """{"numbers":{"/0":"9007199254740993","/1":"-9007199254740993","/2":"18446744073709551615","/3":"NaN"},"prediction":[null,null,null,null]}"""
            },
            { "[9007199254740992]", [9007199254740992L], """{"numbers":{"/0":"9007199254740992"},"prediction":[null]}""" },
            {
                "[9007199254740991, 9007199254740992.0, 1e300, 1.0]",
                [9007199254740991L, 9007199254740992.0, 1e300, 1L],
                """{"prediction":[9007199254740991,9007199254740992,1e+300,1]}"""
            },
        };

    [PeerTheory("node")]
    [MemberData(nameof(Answers))]
    public async Task A_process_a_remote_server_one_behind_a_proxy_and_a_model_in_here_give_one_answer_one_hash(
        string written,
        JsonArray native,
        string canonical
    )
    {
        var body = $$"""{"predictions": {{written}}}""";
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "answer"), body);
        await using var process = await FaultyServer.StartAsync("says", folder.Path);
        await using var server = await RemoteServer.StartAsync(body);
        await using var remote = await server.ConnectAsync();
        var forwarded = FaultyServer.AnyInput with { Raw = new RawRequest("application/json", "{}"u8.ToArray(), []) };

        ModelOutput[] outputs =
        [
            await process.RunAsync(FaultyServer.AnyInput, None),
            await remote.RunAsync(FaultyServer.AnyInput, None),
            await remote.RunAsync(forwarded, None),
            new(native, []),
        ];

        Assert.All(outputs, output => Assert.Equal(OutputForm.Prediction, output.Form));
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        Assert.All(outputs, output => Assert.Equal(expected, PredictionCommitment.OfOutput(output.Value, output.Form)));
    }

    [PeerFact("node", OnnxPeers.Library, OnnxPeers.Python, OnnxPeers.OnnxPackage)]
    public async Task A_model_of_onnx_and_a_server_behind_a_proxy_that_answer_alike_are_hashed_alike()
    {
        await using var onnx = await models.StartGraphAsync("logarithm");
        await using var server = await RemoteServer.StartAsync("""{"predictions": [NaN, -Infinity, 0.0]}""");
        await using var remote = await server.ConnectAsync();

        var own = await onnx.RunAsync(ModelInput.Of(JsonNode.Parse("[-1,0,1]")), None);
        var theirs = await remote.RunAsync(
            FaultyServer.AnyInput with
            {
                Raw = new RawRequest("application/json", "{}"u8.ToArray(), []),
            },
            None
        );

        Assert.Equal(PredictionCommitment.OfOutput(own.Value, own.Form), PredictionCommitment.OfOutput(theirs.Value, theirs.Form));
    }

    [Theory]
    [InlineData("[9007199254740992]", "[9007199254740993]")]
    [InlineData("[100000000000000000000]", "[100000000000000000001]")]
    [InlineData("[-9007199254740993]", "[\"-9007199254740993\"]")]
    public void Integers_that_a_double_cannot_tell_apart_are_told_apart(string one, string other) =>
        Assert.NotEqual(PredictionCommitment.OfOutput(JsonNode.Parse(one)), PredictionCommitment.OfOutput(JsonNode.Parse(other)));
}
