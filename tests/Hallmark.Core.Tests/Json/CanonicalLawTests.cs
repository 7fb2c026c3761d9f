using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Json;

namespace Hallmark.Core.Tests.Json;

/// <summary>What holds for every value, whatever it is. FsCheck draws the seeds and names, and shrinks what fails.</summary>
public class CanonicalLawTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20260301, 1);

    private static readonly JsonSerializerOptions Spacious = new()
    {
        WriteIndented = true,
        IndentCharacter = '\t',
        NewLine = "\r\n",
    };

    /// <summary>Texts from both sides of the surrogates, with prefixes in common, and what needs escapes.</summary>
    private static readonly Gen<string> Names = Gen.Elements(
            "a",
            "b",
            "\"",
            "\\",
            "\n",
            "\0",
            "\u007f",
            "é",
            "\uD7FF",
            "\U00010000",
            "😀",
            "\U0010FFFF",
            "\uE000",
            "\uFFFF",
            "/",
            "abcdefgh"
        )
        .ArrayOf()
        .Where(parts => parts.Length < 9)
        .Select(string.Concat);

    [Fact]
    public void The_canonical_form_of_a_canonical_form_is_itself() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var canonical = CanonicalJson.Canonicalize(RandomJson.Node(new Random(seed), 4));
                return canonical.AsSpan().SequenceEqual(CanonicalJson.Canonicalize(canonical))
                    && canonical.AsSpan().SequenceEqual(CanonicalJson.Canonicalize(canonical, DuplicateNames.KeepLast));
            })
        );

    [Fact]
    public void Two_values_have_one_form_only_where_they_are_equal() =>
        Check.One(
            Often,
            Prop.ForAll<int, int>(
                (first, second) =>
                {
                    var (a, b) = (RandomJson.Node(new Random(first), 2), RandomJson.Node(new Random(second), 2));
                    return CanonicalJson.Canonicalize(a).AsSpan().SequenceEqual(CanonicalJson.Canonicalize(b))
                        == (RandomJson.Reference(a) == RandomJson.Reference(b));
                }
            )
        );

    [Fact]
    public void White_space_between_tokens_and_the_order_of_members_change_nothing() =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var node = RandomJson.Node(random, 4);
                var shuffled = JsonSerializer.SerializeToUtf8Bytes(RandomJson.Shuffled(node, random), Spacious);
                return CanonicalJson
                    .Canonicalize(node)
                    .AsSpan()
                    .SequenceEqual(CanonicalJson.Canonicalize([.. " \n"u8, .. shuffled, .. "\t\r"u8]));
            })
        );

    [Fact]
    public void Any_spelling_of_a_string_has_the_same_form() =>
        Check.One(
            Often,
            Prop.ForAll(
                Names.ToArbitrary(),
                text =>
                {
                    var escaped = Encoding.UTF8.GetBytes(
                        "\"" + string.Concat(text.Select((c, i) => i % 2 == 0 ? $"\\u{(int)c:x4}" : $"\\u{(int)c:X4}")) + "\""
                    );
                    var native = CanonicalJson.Canonicalize(JsonValue.Create(text));
                    return native.AsSpan().SequenceEqual(CanonicalJson.Canonicalize(escaped)) && (string?)StrictJson.Parse(native) == text;
                }
            )
        );

    [Fact]
    public void Names_are_in_ordinal_order_by_every_way_of_writing_them() =>
        Check.One(
            Often,
            Prop.ForAll(
                Names.ArrayOf().Select(names => names.Distinct().ToArray()).ToArbitrary(),
                names =>
                {
                    using var writer = new CanonicalJsonWriter();
                    writer.StartObject();
                    foreach (var name in names)
                    {
                        writer.Name(name).Text(name);
                    }

                    var written = writer.EndObject().ToArray();
                    var read = ((JsonObject)StrictJson.Parse(written)!).Select(member => member.Key).ToArray();
                    var fromNode = CanonicalJson.Canonicalize(
                        new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)name)))
                    );
                    return read.SequenceEqual(names.Order(StringComparer.Ordinal)) && written.AsSpan().SequenceEqual(fromNode);
                }
            )
        );

    [Fact]
    public void A_name_written_twice_is_refused_however_it_is_spelled_and_wherever_it_stands() =>
        Check.One(
            Often,
            Prop.ForAll(
                Names.ToArbitrary(),
                Names.ArrayOf().ToArbitrary(),
                (twice, others) =>
                {
                    var names = others
                        .Distinct()
                        .Where(name => name != twice)
                        .Select(name => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(name))))
                        .ToList();
                    names.Insert(names.Count / 3, Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonValue.Create(twice))));
                    names.Add("\"" + string.Concat(twice.Select(c => $"\\u{(int)c:x4}")) + "\"");
                    var text = Encoding.UTF8.GetBytes("[{" + string.Join(',', names.Select((name, i) => name + ":" + i)) + "}]");
                    var isRefused = !StrictJson.TryParse(text, out _, out var refusal) && refusal.Fault == JsonFault.DuplicateName;
                    // The last value of the name is the one that is kept: the number of the last member.
                    return isRefused && (int)StrictJson.Parse(text, DuplicateNames.KeepLast)![0]![twice]! == names.Count - 1;
                }
            )
        );

    [Fact]
    public void Every_double_is_written_so_that_it_reads_back() =>
        Check.One(
            Often.WithMaxTest(5000),
            Prop.ForAll<long>(bits =>
            {
                // Multiplied by an odd number, small integers become any bit pattern.
                var value = BitConverter.Int64BitsToDouble(unchecked(bits * 0x1E3779B97F4A7C15));
                if (!double.IsFinite(value))
                {
                    return !StrictJson.TryParse("1e999"u8, out _, out _);
                }

                var canonical = CanonicalJson.Canonicalize(JsonValue.Create(value));
                return (double)StrictJson.Parse(canonical)! == value && canonical.Length <= 25;
            })
        );
}
