using Hallmark.Home.Settings;
using Hallmark.Home.Worlds;

namespace Hallmark.Home.Tests;

/// <summary>Paths of the settings mean the same wherever a command is typed; and lengths of time are read back as they were written.</summary>
public sealed class PathOfSettingsTests : IDisposable
{
    private readonly HomeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("vault", "/home/me/.hallmark/vault")]
    [InlineData("./a/../vault", "/home/me/.hallmark/vault")]
    [InlineData("../vault", "/home/me/vault")]
    [InlineData("/mnt/vault", "/mnt/vault")]
    [InlineData("/mnt/../vault", "/vault")]
    [InlineData("~/vault", "/home/me/vault")]
    [InlineData("~/../vault", "/home/vault")]
    [InlineData("~//vault", "/home/me/vault")]
    [InlineData("~vault", "/home/me/.hallmark/~vault")]
    [InlineData("~", "/home/me/.hallmark/~")]
    [InlineData("a/~/vault", "/home/me/.hallmark/a/~/vault")]
    public void A_relative_path_lies_below_the_home_and_one_with_a_tilde_below_the_users_folder(string path, string expected)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(expected, Tools("/home/me").PathOf(path));
        }
    }

    [Fact]
    public void Without_a_users_folder_a_tilde_is_a_name_like_any_other()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("/home/me/.hallmark/~/vault", Tools(user: null).PathOf("~/vault"));
            Assert.Equal("/home/me/.hallmark/~/vault", Tools(user: "").PathOf("~/vault"));
        }
    }

    /// <summary>As the home itself is found: a variable that is no whole path counts from where the command runs.</summary>
    [Fact]
    public void A_users_folder_that_is_no_whole_path_is_no_crash() =>
        Assert.Equal(Path.GetFullPath("me/vault"), Tools("me").PathOf("~/vault"));

    [Fact]
    public void A_variable_that_is_empty_is_not_set()
    {
        _scene.Environment["A"] = "";
        _scene.Environment["B"] = " ";
        var tools = Tools("/home/me");
        Assert.Equal((null, " ", null), (tools.Variable("A"), tools.Variable("B"), tools.Variable("C")));
    }

    [Fact]
    public void A_length_of_time_is_read_back_as_it_was_written()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 2_000; round++)
        {
            var duration = TimeSpan.FromSeconds(random.NextInt64(1, (long)DurationText.Longest.TotalSeconds + 1));
            var text = DurationText.Write(duration);
            Assert.True(DurationText.TryParse(text, out var again), text);
            Assert.Equal(duration, again);
        }
    }

    [Theory]
    [InlineData(59, "59s")]
    [InlineData(60, "1m")]
    [InlineData(61, "61s")]
    [InlineData(3_600, "1h")]
    [InlineData(5_400, "90m")]
    [InlineData(86_400, "1d")]
    [InlineData(90_000, "25h")]
    [InlineData(0, "0s")]
    public void It_is_written_in_the_largest_unit_that_goes_in_whole(int seconds, string text) =>
        Assert.Equal(text, DurationText.Write(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("3650d", true)]
    [InlineData("87600h", true)]
    [InlineData("87601h", false)]
    [InlineData("315360000s", true)]
    [InlineData("315360001s", false)]
    [InlineData("00000000001s", true)]
    [InlineData("000000000001s", false)]
    [InlineData("1S", false)]
    [InlineData("+1s", false)]
    [InlineData("١s", false)]
    [InlineData("0x1s", false)]
    [InlineData("1,0s", false)]
    public void Ten_years_are_the_longest_and_digits_are_the_only_ones_that_count(string text, bool isOne)
    {
        Assert.Equal(isOne, DurationText.TryParse(text, out var duration));
        Assert.Equal(isOne, duration > TimeSpan.Zero);
    }

    private WorldTools Tools(string? user)
    {
        if (user is not null)
        {
            _scene.Environment["HOME"] = user;
        }

        return new WorldTools(
            HomeFolder.Find("/home/me/.hallmark", new Dictionary<string, string>()),
            _scene.Environment,
            TimeProvider.System,
            () => throw new InvalidOperationException("nobody is asked"),
            new DeferredSigner(() => throw new InvalidOperationException("nothing is signed")),
            new DeferredReceipts(() => null),
            isOffline: false
        );
    }
}
