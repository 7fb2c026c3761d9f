using System.Text.Json.Nodes;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Events;

namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>The original's command line, byte for byte: cli-commands.json.</summary>
public sealed class ArioCommandVectorTests
{
    public static TheoryData<string> Cases => Vectors.Ids("cli-commands");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Output_exit_code_and_tags_are_those_of_the_original(string id)
    {
        var scene = new ArioScene(id);
        var expect = scene.Vector["expect"]!;

        var result = await scene.RunAsync(scene.Arguments);

        Assert.Equal((string)expect["stdout"]!, result.Output);
        Assert.Equal((int)expect["exit_code"]!, result.ExitCode);
        Assert.Equal("", result.ErrorOutput);
        Assert.Equal(Tags(expect["tags_written"]), result.Tags.Select(tag => (PlaceOf(tag), tag.Key, tag.Text)));
        if (expect["bundle"] is { } bundle)
        {
            Assert.True(JsonNode.DeepEquals(bundle, JsonNode.Parse(result.Output)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nothing_is_written_until_the_result_is_applied_and_then_exactly_its_tags(string id)
    {
        var scene = new ArioScene(id);
        var result = await scene.RunAsync(scene.Arguments);
        Assert.Empty(scene.Store.Writes);

        await result.ApplyAsync(scene.Store, CancellationToken.None);

        Assert.Equal(result.Tags.Select(tag => tag.Key), scene.Store.Writes.Select(write => write.Split(' ')[1]));
        foreach (var (place, key, value) in Tags(scene.Vector["expect"]!["tags_written"]))
        {
            var (kind, name) = (
                place[..place.IndexOf(':', StringComparison.Ordinal)],
                place[(place.IndexOf(':', StringComparison.Ordinal) + 1)..]
            );
            var tags = kind switch
            {
                "run" => scene.Store.Runs[name].Tags,
                "version" => scene.Store.Version(name.Split('/')[0], name.Split('/')[1]).Tags,
                _ => scene.Store.Traces[name].Tags,
            };
            Assert.Equal(value, tags[key]);
        }
    }

    private static IEnumerable<(string Place, string Key, string Value)> Tags(JsonNode? written) =>
        from place in written!.AsObject()
        from tag in place.Value!.AsObject()
        select (place.Key, tag.Key, (string)tag.Value!);

    private static string PlaceOf(WriteBackStep tag) =>
        tag.Target switch
        {
            WriteBackTarget.RunTag => "run:" + tag.Id,
            WriteBackTarget.ModelVersionTag => $"version:{tag.Id}/{tag.Version}",
            WriteBackTarget.TraceTag => "trace:" + tag.Id,
            var other => other.ToString(),
        };
}
