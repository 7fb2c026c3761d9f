using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Tests.Verification;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>What is still to be written to MLflow, as the outbox keeps it over restarts: it comes back as it went in, or is refused whole.</summary>
public sealed class WriteBackWorkTests
{
    private const string Body = """
        {
          "tracking_uri": "http://host:5000",
          "event_id": "e",
          "steps": [
            { "target": "RunTag", "id": "r", "key": "k", "value": "größe\u0000", "optional": true },
            { "target": "ModelVersionTag", "id": "m", "version": "3", "key": "k", "value": "" },
            { "target": "RunArtifact", "id": "r", "key": "ario/payload.json", "content_base64": "AP8=" }
          ]
        }
        """;

    [Fact]
    public void Work_comes_back_as_it_was_put_in()
    {
        var work = WriteBackWork.FromOutbox(Work(Body));
        Assert.Equal(("http://host:5000", "e"), (work.TrackingUri, work.EventId));
        Assert.Equal(
            [
                (WriteBackTarget.RunTag, "r", null, "k", "6772c3b6c39f6500", true),
                (WriteBackTarget.ModelVersionTag, "m", "3", "k", "", false),
                (WriteBackTarget.RunArtifact, "r", null, "ario/payload.json", "00ff", false),
            ],
            work.Steps.Select(step =>
                (step.Target, step.Id, step.Version, step.Key, Convert.ToHexStringLower(step.Content.Span), step.IsOptional)
            )
        );
        var again = work.ToOutbox();
        Assert.Equal(WriteBackWork.KindOf(work.TrackingUri), again.Kind);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Body), JsonNode.Parse(again.Body.Span)));
    }

    [Theory]
    [InlineData("tracking_uri")]
    [InlineData("event_id")]
    [InlineData("steps")]
    [InlineData("steps.0.target")]
    [InlineData("steps.0.id")]
    [InlineData("steps.0.key")]
    [InlineData("steps.0.value")]
    [InlineData("steps.2.content_base64")]
    public void Work_without_a_member_that_it_needs_is_refused_and_nothing_of_it_is_done(string member)
    {
        foreach (var value in new[] { null, JsonNode.Parse("7"), JsonNode.Parse("{}"), JsonNode.Parse("[[]]") })
        {
            var body = JsonNode.Parse(Body)!.AsObject();
            var (parent, name) = member.Split('.') is [_, var index, var last]
                ? (body["steps"]![int.Parse(index, null)]!.AsObject(), last)
                : (body, member);
            if (value is null)
            {
                parent.Remove(name);
            }
            else
            {
                parent[name] = value.DeepClone();
            }

            Refused(body.ToJsonString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"tracking_uri\":")]
    [InlineData("""{"tracking_uri":"a","tracking_uri":"b","event_id":"e","steps":[]}""")]
    [InlineData("""{"tracking_uri":"a","event_id":"e","steps":[null]}""")]
    [InlineData("""{"tracking_uri":"a","event_id":"e","steps":[{"target":"Nonsense","id":"r","key":"k","value":"v"}]}""")]
    [InlineData("""{"tracking_uri":"a","event_id":"e","steps":[{"target":"RunArtifact","id":"r","key":"k","content_base64":"?"}]}""")]
    [InlineData("""{"tracking_uri":"a","event_id":"e","steps":[{"target":"RunTag","id":"r","key":"k","value":"v","optional":"yes"}]}""")]
    [InlineData("""{"tracking_uri":"a","event_id":"e","steps":[{"target":"RunTag","id":"r","version":3,"key":"k","value":"v"}]}""")]
    public void What_this_program_never_wrote_is_refused(string body) => Refused(body);

    [Fact]
    public async Task Work_that_cannot_be_read_is_told_before_any_store_is_opened()
    {
        var handler = new MlflowWriteBackHandler((_, _) => throw new InvalidOperationException("a store was opened"));
        await Assert.ThrowsAsync<BadInputException>(() => handler.HandleAsync(Work("{}"), default));
    }

    [Fact]
    public void More_than_the_outbox_takes_is_refused_with_its_size()
    {
        WriteBackWork Of(int length) => new("u", "e", [WriteBackStep.RunTag("r", "k", new string('v', length))]);
        var frame = Of(0).ToOutbox().Body.Length;
        Assert.Equal(WriteBackWork.MaxSizeInBytes, Of(WriteBackWork.MaxSizeInBytes - frame).ToOutbox().Body.Length);
        var failure = Assert.Throws<BadInputException>(() => Of(WriteBackWork.MaxSizeInBytes - frame + 1).ToOutbox());
        Assert.Equal(
            "the record of event e is too large to be written back to MLflow (16,777,217 bytes; at most 16,777,216)",
            failure.Message
        );
    }

    [Fact]
    public async Task Steps_for_what_is_gone_are_left_out_and_the_others_done()
    {
        var shop = new Workshop();
        await shop.Store.CreateRegisteredModelAsync("scorer", default);
        var work = new WriteBackWork(
            shop.Store.TrackingUri,
            "e",
            [
                WriteBackStep.RunTag("gone", "k", "v"),
                WriteBackStep.Artifact("gone", "a", new byte[1]),
                WriteBackStep.RunTag(Workshop.RunId, "not;a key", "v", isOptional: true),
                WriteBackStep.TraceTag("gone", "k", "v"),
                WriteBackStep.RunTag(Workshop.RunId, "k", "v"),
            ]
        );
        var handler = new MlflowWriteBackHandler((_, _) => Task.FromResult<Stores.IMlflowStore>(shop.Store));
        Assert.Equal(OutboxResult.Done, await handler.HandleAsync(work.ToOutbox(), default));
        Assert.Equal("v", shop.Store.Runs[Workshop.RunId].Tags["k"]);
        Assert.DoesNotContain("not;a key", shop.Store.Runs[Workshop.RunId].Tags.Keys);

        // The same refusal is an error where the step is needed.
        var needed = work with
        {
            Steps = [WriteBackStep.RunTag(Workshop.RunId, "not;a key", "v")],
        };
        await Assert.ThrowsAnyAsync<BadInputException>(() => handler.HandleAsync(needed.ToOutbox(), default));
    }

    private static void Refused(string body)
    {
        var failure = Assert.Throws<BadInputException>(() => WriteBackWork.FromOutbox(Work(body)));
        Assert.Equal("the outbox holds write-back work that cannot be read", failure.Message);
    }

    private static OutboxWork Work(string body) => new(WriteBackWork.Kind, Encoding.UTF8.GetBytes(body));
}
