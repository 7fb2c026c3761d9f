using System.Text;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Artifacts;

/// <summary>What holds of every artifact URI and relocation, and what no message about one says.</summary>
public sealed class ArtifactUriLawTests
{
    private static readonly string[] Parts =
    [
        "a",
        "größe",
        "模型",
        "🦆",
        "50%",
        "%41",
        "a b",
        "a:b",
        "a@b",
        "?q=1",
        "#f",
        "\\",
        "'\"",
        "e\u0301",
        "é",
        "+",
        "~",
    ];

    [Fact]
    public void A_local_place_is_the_same_after_it_was_written_as_a_URI_and_read_again()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 3_000; round++)
        {
            var path = "/" + string.Join('/', Enumerable.Range(0, random.Next(6)).Select(_ => Parts[random.Next(Parts.Length)]));
            var uri = ArtifactUri.Parse(path);
            Assert.Equal(path, uri.Path);
            Assert.Equal(uri, ArtifactUri.Parse(uri.ToString()));
            Assert.All(uri.ToString(), c => Assert.True(char.IsAscii(c) && !char.IsControl(c) && c != ' '));
        }
    }

    [Fact]
    public void What_was_appended_is_found_below_and_a_relocation_moves_it_along()
    {
        var random = new Random(20261121);
        var here = ArtifactUri.Parse("/srv/old");
        var relocation = new Relocation(here, ArtifactUri.Parse("/mnt/new"));
        for (var round = 0; round < 1_000; round++)
        {
            var relative = string.Join(
                '/',
                Enumerable
                    .Range(0, random.Next(1, 5))
                    .Select(_ => Parts[random.Next(Parts.Length)].Replace("\\", "x", StringComparison.Ordinal))
            );
            var below = here.Append(relative);
            Assert.Equal("/srv/old/" + relative, below.Path);
            Assert.Equal("/mnt/new/" + relative, relocation.Apply(below)!.Path);
            Assert.Null(relocation.Apply(ArtifactUri.Parse("/srv/older/" + relative)));
            Assert.Equal(below, ArtifactUri.Parse(below.ToString()));
        }

        Assert.Equal(here, here.Append(""));
    }

    [Fact]
    public void A_relocation_there_and_back_changes_nothing()
    {
        foreach (
            var (from, to) in new[]
            {
                ("/srv", "/mnt/x"),
                ("mlflow-artifacts:/", "/mnt"),
                ("s3://bucket/a", "/b"),
                ("/", "/mnt"),
                ("/mnt", "/"),
            }
        )
        {
            var (old, now) = (ArtifactUri.Parse(from), ArtifactUri.Parse(to));
            foreach (var relative in new[] { "", "a", "a/größe/🦆" })
            {
                var place = old.Append(relative);
                var moved = new Relocation(old, now).Apply(place);
                Assert.Equal(now.Append(relative), moved);
                Assert.Equal(place, new Relocation(now, old).Apply(moved!)); // it concerned the place, as just compared
            }
        }
    }

    [Theory]
    [InlineData("file://user:hunter2@other-host/srv/x")]
    [InlineData("file://hunter2@other-host")]
    [InlineData("s3://user:hunter2@bucket/../x")]
    [InlineData("s3://user:hunter2@x@bucket/../x")]
    [InlineData("s3://user:hunter2@bucket/a\0b")]
    [InlineData("s3://user:hunter2@bucket/a<b")]
    [InlineData("ftp://:hunter2@host/a/../b@c")]
    public void A_password_is_in_no_message_about_a_URI_that_is_refused(string text)
    {
        var refusal = Assert.Throws<MlflowFormatException>(() => ArtifactUri.Parse(WithHalves(text)));
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
        var relocation = Assert.ThrowsAny<Core.Failures.BadInputException>(() => Relocation.Parse(WithHalves(text) + "=/mnt"));
        Assert.DoesNotContain("hunter2", relocation.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file://other\nhost/srv")]
    [InlineData("file://other\u202ehost/srv")]
    [InlineData("s3://bucket/../\r\n")]
    [InlineData("file:///srv/%zz\u001b[2J")]
    public void A_message_about_a_URI_is_one_line_without_marks(string text)
    {
        var message = Record(text);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain('\u202e', message);
    }

    [Fact]
    public void A_message_about_a_long_URI_is_short() => Assert.True(Record("file://other/" + new string('x', 8_000)).Length < 400);

    [Fact]
    public void The_longest_URI_is_taken_and_one_character_more_is_not()
    {
        Assert.Equal(8_192, ArtifactUri.Parse("/" + new string('x', 8_191)).Path.Length);
        Assert.Throws<MlflowFormatException>(() => ArtifactUri.Parse("/" + new string('x', 8_192)));
    }

    [Theory]
    [InlineData("/a<")]
    [InlineData("/>a")]
    [InlineData("file:///a</b")]
    [InlineData("mlflow-artifacts:/a<")]
    public void Half_a_character_is_no_place_and_does_not_become_another_one(string text) =>
        Assert.Throws<MlflowFormatException>(() => ArtifactUri.Parse(WithHalves(text)));

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData(".a")]
    [InlineData("...")]
    [InlineData("a..b")]
    [InlineData(" ")]
    [InlineData("c:/d")]
    [InlineData("🦆/e\u0301")]
    public void A_clean_relative_path_is_given_back(string path) => Assert.Equal(path, ArtifactPath.Check(path));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/./b")]
    [InlineData("a/../b")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    [InlineData("<")]
    [InlineData("a/><")]
    public void A_path_that_is_not_below_its_root_or_no_text_is_refused(string path)
    {
        path = WithHalves(path);
        var refusal = Assert.Throws<MlflowFormatException>(() => ArtifactPath.Check(path));
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        Assert.Throws<MlflowFormatException>(() => ArtifactUri.Parse("/srv").Append(path.Length == 0 ? "/" : path));
    }

    [Fact]
    public void A_relative_path_may_have_4096_characters_and_no_more()
    {
        Assert.Equal(4_096, ArtifactPath.Check(new string('x', 4_096)).Length);
        Assert.Throws<MlflowFormatException>(() => ArtifactPath.Check(new string('x', 4_097)));
    }

    [Fact]
    public void Whatever_is_read_as_a_URI_is_refused_by_us_or_is_an_absolute_path_without_steps()
    {
        var random = new Random(20261121);
        var alphabet = "ab/.%:@\\\0 2eEfile-s3\ud83e\udd86~#?".ToCharArray();
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder(random.Next(3) == 0 ? "file:" : "");
            for (var length = random.Next(14); length > 0; length--)
            {
                text.Append(alphabet[random.Next(alphabet.Length)]);
            }

            try
            {
                var uri = ArtifactUri.Parse(text.ToString());
                Assert.StartsWith("/", uri.Path, StringComparison.Ordinal);
                Assert.DoesNotContain(uri.Path.Split('/').Skip(1), part => part is "." or ".." || (part.Length == 0 && uri.Path != "/"));
                Assert.True(MlflowNames.IsUnicode(uri.Path));
                Assert.Equal(uri, ArtifactUri.Parse(uri.ToString()));
            }
            catch (MlflowFormatException)
            {
                // As it should be.
            }
        }
    }

    // Halves of characters do not survive in an attribute, which holds UTF-8.
    private static string WithHalves(string text) =>
        text.Replace("<", "\ud800", StringComparison.Ordinal).Replace(">", "\udc00", StringComparison.Ordinal);

    private static string Record(string text) => Assert.Throws<MlflowFormatException>(() => ArtifactUri.Parse(text)).Message;
}
