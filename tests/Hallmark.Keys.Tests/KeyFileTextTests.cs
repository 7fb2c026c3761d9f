using System.Security.Cryptography;
using System.Text;
using Hallmark.Keys.Files;

namespace Hallmark.Keys.Tests;

/// <summary>The text of a key file: one member, once, as strict base64. A damaged secret is refused and nothing of it is left behind.</summary>
public sealed class KeyFileTextTests
{
    [Fact]
    public void What_is_written_is_read_back_for_any_value()
    {
        for (var i = 0; i < 200; i++)
        {
            var value = RandomNumberGenerator.GetBytes(KeyFileText.ValueSize);
            foreach (var member in new[] { "seed", "key" })
            {
                var text = KeyFileText.Write(member, value);
                Assert.Equal($"{{\"{member}\": \"{Convert.ToBase64String(value)}\"}}", Encoding.ASCII.GetString(text));
                var read = new byte[KeyFileText.ValueSize];
                Assert.True(KeyFileText.TryRead(text, member, read));
                Assert.Equal(value, read);
                Assert.False(KeyFileText.TryRead(text, member + "s", read));
                Assert.Equal(new byte[KeyFileText.ValueSize], read);
            }
        }
    }

    /// <summary>Any one octet of the file set to any value: refused, or the same value, or another one that its text spells.</summary>
    [Fact]
    public void A_damaged_file_is_refused_or_read_as_what_it_spells()
    {
        var value = RandomNumberGenerator.GetBytes(KeyFileText.ValueSize);
        var text = KeyFileText.Write("seed", value);
        var opening = "{\"seed\": \"".Length;
        var read = new byte[KeyFileText.ValueSize];
        for (var place = 0; place < text.Length; place++)
        {
            for (var octet = 0; octet < 256; octet++)
            {
                var changed = text.ToArray();
                changed[place] = (byte)octet;
                if (KeyFileText.TryRead(changed, "seed", read))
                {
                    var spelled =
                        place < opening || place >= opening + 44
                            ? value
                            : Convert.FromBase64String(Encoding.ASCII.GetString(changed, opening, 44));
                    Assert.Equal(spelled, read);
                }
                else
                {
                    Assert.Equal(new byte[KeyFileText.ValueSize], read);
                }
            }
        }
    }

    [Fact]
    public void A_file_cut_anywhere_or_with_anything_behind_it_is_refused()
    {
        var text = KeyFileText.Write("seed", RandomNumberGenerator.GetBytes(KeyFileText.ValueSize));
        var read = new byte[KeyFileText.ValueSize];
        for (var length = 0; length < text.Length; length++)
        {
            Assert.False(KeyFileText.TryRead(text.AsSpan(0, length), "seed", read));
        }

        foreach (var behind in new[] { "x", "{}", ",", "}", "\0" })
        {
            Assert.False(KeyFileText.TryRead([.. text, .. Encoding.ASCII.GetBytes(behind)], "seed", read));
        }

        Assert.True(KeyFileText.TryRead([.. text, (byte)'\n'], "seed", read));
    }

    [Fact]
    public void The_member_must_stand_there_once_and_be_text()
    {
        var base64 = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyFileText.ValueSize));
        var read = new byte[KeyFileText.ValueSize];
        foreach (
            var (text, isRead) in new[]
            {
                ($"{{\"seed\":\"{base64}\",\"note\":[1,{{\"seed\":\"x\"}}]}}", true),
                ($"{{\"\\u0073eed\":\"{base64}\"}}", true),
                ($"{{\"seed\":\"{base64.Replace("=", "\\u003d", StringComparison.Ordinal)}\"}}", true),
                ($"{{\"seed\":\"{base64}\",\"seed\":\"{base64}\"}}", false),
                ($"{{\"seed\":\"{base64}\",\"seed\":null}}", false),
                ("{\"seed\":null}", false),
                ("{\"seed\":5}", false),
                ($"{{\"seed\":[\"{base64}\"]}}", false),
                ($"[\"seed\",\"{base64}\"]", false),
                ($"{{\"seed\":\" {base64}\"}}", false),
                ($"{{\"seed\":\"{base64.TrimEnd('=')}\"}}", false),
                ($"{{\"seed\":\"{base64}====\"}}", false),
                ("{\"seed\":\"" + new string('\\', 2000) + "\"}", false),
                ("", false),
                ("null", false),
                (new string('[', 5000), false),
            }
        )
        {
            Assert.True(isRead == KeyFileText.TryRead(Encoding.UTF8.GetBytes(text), "seed", read), text[..Math.Min(60, text.Length)]);
        }
    }
}
