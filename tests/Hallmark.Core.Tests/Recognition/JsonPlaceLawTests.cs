using System.Globalization;
using System.Text;
using Hallmark.Core.Recognition;

namespace Hallmark.Core.Tests.Recognition;

/// <summary>Every byte of random texts, with the place that was noted while the text was written.</summary>
public sealed class JsonPlaceLawTests
{
    private static readonly string[] Names = ["a", "b", "signature", "", "é", "x.y", "[0]", "\\\"q\\\""];

    [Fact]
    public void Every_byte_of_a_text_is_in_the_place_of_the_last_value_name_or_bracket_before_it()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 300; round++)
        {
            var text = new PlacedText(random);
            text.Write("", depth: 4);
            var (at, expected) = (0, "");
            var bytes = text.Bytes;
            for (var offset = 0; offset <= bytes.Length; offset++)
            {
                while (at < text.Places.Count && text.Places[at].Offset <= offset)
                {
                    expected = text.Places[at++].Place;
                }

                Assert.Equal(expected, JsonPlace.Find(bytes, offset));
            }
        }
    }

    /// <summary>A text that is cut is read as far as it goes, and what was cut off changes nothing of what was before.</summary>
    [Fact]
    public void A_cut_behind_the_byte_changes_nothing_of_its_place()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 100; round++)
        {
            var text = new PlacedText(random);
            text.Write("", depth: 3);
            var bytes = text.Bytes;
            foreach (var (offset, _) in text.Places)
            {
                // The reader tells a bracket at once, and a name or scalar only when it was read to its end.
                if (bytes[offset] is (byte)'{' or (byte)'[' or (byte)'}' or (byte)']')
                {
                    Assert.Equal(JsonPlace.Find(bytes, offset), JsonPlace.Find(bytes.AsSpan(0, offset + 1), offset));
                }
            }
        }
    }

    [Theory]
    [InlineData(199)]
    [InlineData(200)]
    public void A_path_of_up_to_200_characters_is_whole(int length)
    {
        var name = new string('n', length);
        Assert.Equal(name, JsonPlace.Find(Encoding.UTF8.GetBytes($"{{\"{name}\":1}}"), length + 4));
    }

    [Fact]
    public void A_path_of_201_characters_ends_in_a_mark()
    {
        var name = new string('n', 201);
        Assert.Equal(new string('n', 199) + "…", JsonPlace.Find(Encoding.UTF8.GetBytes($"{{\"{name}\":1}}"), 205));
    }

    [Fact]
    public void A_place_may_be_as_deep_as_a_text_may_be()
    {
        var deep = Encoding.ASCII.GetBytes(new string('[', 128));
        Assert.Equal(string.Concat(Enumerable.Repeat("[0]", 66)) + "[…", JsonPlace.Find(deep, 127));
        Assert.Equal("[0][0]", JsonPlace.Find(deep, 2));
    }

    private sealed class PlacedText(Random random)
    {
        private readonly List<byte> _bytes = [];

        public List<(int Offset, string Place)> Places { get; } = [];

        public byte[] Bytes => [.. _bytes];

        public void Write(string place, int depth)
        {
            switch (random.Next(depth > 0 ? 5 : 3))
            {
                case 0:
                    Put(random.Next(-99, 99).ToString(CultureInfo.InvariantCulture), place);
                    break;
                case 1:
                    Put("\"{[,:]}\"", place);
                    break;
                case 2:
                    Put("null", place);
                    break;
                case 3:
                    Put("[", place);
                    var count = random.Next(4);
                    for (var i = 0; i < count; i++)
                    {
                        Separate(i);
                        Write(string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"), depth - 1);
                    }

                    Put("]", place);
                    break;
                default:
                    WriteObject(place, depth);
                    break;
            }
        }

        private void WriteObject(string place, int depth)
        {
            Put("{", place);
            var count = random.Next(4);
            for (var i = 0; i < count; i++)
            {
                Separate(i);
                var name = Names[random.Next(Names.Length)];
                var shown = name.Replace("\\", "", StringComparison.Ordinal);
                var inside = place.Length == 0 ? shown : $"{place}.{shown}";
                Put($"\"{name}\"", inside);
                Put(":", place: null);
                Write(inside, depth - 1);
            }

            Put("}", place);
        }

        private void Separate(int number)
        {
            if (number > 0)
            {
                Put(",", place: null);
            }
        }

        private void Put(string token, string? place)
        {
            _bytes.AddRange(Enumerable.Repeat((byte)' ', random.Next(3)));
            if (place is not null)
            {
                Places.Add((_bytes.Count, place));
            }

            _bytes.AddRange(Encoding.UTF8.GetBytes(token));
        }
    }
}
