using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Arweave;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Envelopes;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

public sealed class ItemTagsTests
{
    private const string Scope = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Fact]
    public void The_tags_of_an_uploaded_envelope_are_those_of_the_original_in_their_order()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/upload-tags.json")));
        var cases = vectors.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(9, cases.Count);
        foreach (var vector in cases)
        {
            var extra = vector.GetProperty("extra_tags") is { ValueKind: JsonValueKind.Object } members
                ? members.EnumerateObject().Select(member => new DataItemTag(member.Name, member.Value.GetString()!))
                : null;
            var tags = ItemTags.Direct(Envelope(vector.GetProperty("envelope").GetRawText()), "<producer version>", extra);
            Assert.Equal(
                vector.GetProperty("expect").EnumerateArray().Select(tag => new DataItemTag(tag.Text("name"), tag.Text("value"))),
                tags
            );
        }
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("true", "True")]
    [InlineData("false", "False")]
    [InlineData("\"\"", "unknown")]
    public void A_value_that_is_no_text_is_written_as_python_does_and_an_empty_one_counts_as_absent(string value, string expected) =>
        Assert.Equal(expected, ItemTags.Direct(Envelope($$"""{"payload_hash":"x","event_id":{{value}}}"""), "1")[4].Value);

    [Theory]
    [InlineData("""{"record":5}""")]
    [InlineData("""{"record":null,"event_type":"t","event_id":"e"}""")]
    public void An_old_proof_without_a_record_tells_nothing(string envelope) =>
        Assert.Equal(["unknown", "unknown", "GENESIS"], ItemTags.Direct(Envelope(envelope), "1").Skip(3).Select(tag => tag.Value));

    [Theory]
    [InlineData(null)]
    [InlineData(Scope)]
    public void A_checkpoint_names_its_profile_environment_and_if_asked_its_scope(string? scope)
    {
        List<DataItemTag> expected =
        [
            new("Content-Type", "application/json"),
            new("App-Name", "ario-anchor"),
            new("App-Version", "ario.events/v1"),
            new("Environment", "production"),
        ];
        if (scope is not null)
        {
            expected.Add(new DataItemTag("Scope", scope));
        }

        Assert.Equal(expected, ItemTags.Batched(Envelope("""{"environment":"production"}"""), scope));
    }

    [Fact]
    public void A_checkpoint_tells_its_hash_only_where_that_is_asked_for()
    {
        var envelope = Envelope("""{"environment":"production"}""");
        Assert.DoesNotContain(ItemTags.Batched(envelope, Scope), tag => tag.Name == ItemTags.ContentHash);
        Assert.Equal(new DataItemTag("Content-Hash", Scope), ItemTags.Batched(envelope, scope: null, Scope)[^1]);
    }

    [Fact]
    public void The_names_that_further_tags_cannot_have_are_those_of_the_baseline()
    {
        var tags = ItemTags.Direct(Envelope("""{"payload_hash":"x"}"""), "1", [new("Event-Id", "mine"), new("Team", "risk")]);
        Assert.Equal([.. ItemTags.BaselineNames, "Team"], tags.Select(tag => tag.Name));
        Assert.DoesNotContain(tags, tag => tag.Value == "mine");
    }

    private static EnvelopeView Envelope(string json) => new(JsonNode.Parse(json)!.AsObject());
}
