using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Core.Tests.Json;

namespace Hallmark.Core.Tests.Robustness;

public sealed class JsonRobustnessTests
{
    private const int Rounds = 6000;

    [Theory]
    [InlineData(DuplicateNames.Refuse)]
    [InlineData(DuplicateNames.KeepLast)]
    public void Damaged_texts_are_refused_or_have_one_canonical_form_and_never_anything_else(DuplicateNames duplicates)
    {
        var texts = VectorFile
            .Cases("jcs-documents.json")
            .Select(item => Encoding.UTF8.GetBytes(item.Text("json_text")))
            .Where(text => text.Length < 4000)
            .ToArray();
        var mutator = new ByteMutator(8785);
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = mutator.Mutate(texts[round % texts.Length], texts[(round * 7) % texts.Length]);
            if (!StrictJson.TryParse(damaged, out var node, out var refusal, duplicates))
            {
                Assert.NotEqual(JsonFault.None, refusal.Fault);
                Assert.Equal(
                    refusal.Fault,
                    Assert.Throws<JsonRejectedException>(() => CanonicalJson.Canonicalize(damaged, duplicates)).Fault
                );
                refused++;
                continue;
            }

            var canonical = CanonicalJson.Canonicalize(damaged, duplicates);
            Assert.Equal(canonical, CanonicalJson.Canonicalize(canonical));
            Assert.Equal(canonical, CanonicalJson.Canonicalize(node));
            Assert.True(JsonNode.DeepEquals(StrictJson.Parse(canonical), StrictJson.Parse(CanonicalJson.Canonicalize(node))));
            read++;
        }

        Assert.True(read > Rounds / 50 && refused > Rounds / 10, $"{read} read, {refused} refused: the damage no longer reaches both ways");
    }

    [Fact]
    public void Where_repeated_names_are_refused_nothing_is_read_that_the_looser_way_refuses()
    {
        var texts = VectorFile
            .Cases("jcs-documents.json")
            .Select(item => Encoding.UTF8.GetBytes(item.Text("json_text")))
            .Where(text => text.Length < 4000)
            .ToArray();
        var mutator = new ByteMutator(8259);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = mutator.Mutate(texts[round % texts.Length], texts[(round * 11) % texts.Length]);
            if (StrictJson.TryParse(damaged, out _, out _))
            {
                Assert.True(StrictJson.TryParse(damaged, out _, out _, DuplicateNames.KeepLast));
                Assert.Equal(CanonicalJson.Canonicalize(damaged), CanonicalJson.Canonicalize(damaged, DuplicateNames.KeepLast));
            }
        }
    }
}
