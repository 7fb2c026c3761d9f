using System.Text.Json;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Keys.Tests;

/// <summary>What a user would lose with careless key files. Faults of <c>peer-faults.md</c> §1.</summary>
public sealed class KeysOnDiskTests : IDisposable
{
    private const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Mode0700 = Mode0600 | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string KeyPath(string file = "ed25519_private.json") => _folder.File("home/keys/" + file);

    private SigningKeys Keys(string? environment = null) =>
        new(
            Path.Combine(_folder.Path, "home"),
            Path.Combine(_folder.Path, "user"),
            name => name == SigningKeys.EnvironmentVariable ? environment : null
        );

    [Fact]
    public void Starting_again_and_again_signs_with_the_same_key_and_leaves_its_files_untouched()
    {
        string first;
        using (var key = Keys().Open(null))
        {
            Assert.True(key.IsNew);
            first = key.PublicKey.Hex;
        }

        var privateFile = File.ReadAllBytes(KeyPath());
        var publicFile = File.ReadAllBytes(KeyPath("ed25519_public.json"));
        var written = File.GetLastWriteTimeUtc(KeyPath());
        for (var start = 0; start < 10; start++)
        {
            using var key = Keys().Open(null);
            Assert.False(key.IsNew);
            Assert.Equal(first, key.PublicKey.Hex);
        }

        Assert.Equal(privateFile, File.ReadAllBytes(KeyPath()));
        Assert.Equal(publicFile, File.ReadAllBytes(KeyPath("ed25519_public.json")));
        Assert.Equal(written, File.GetLastWriteTimeUtc(KeyPath()));
        Assert.Equal(
            ["ed25519_private.json", "ed25519_public.json"],
            Directory.GetFiles(Path.GetDirectoryName(KeyPath())!).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task Many_that_start_at_once_in_an_empty_home_all_end_with_one_key()
    {
        for (var round = 0; round < 10; round++)
        {
            var home = Path.Combine(_folder.Path, "race" + round);
            using var start = new Barrier(8);
            var keys = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(_ =>
                        Task.Factory.StartNew(
                            () =>
                            {
                                start.SignalAndWait();
                                using var key = new SigningKeys(home, _folder.Path, _ => null).Open(null);
                                return (key.PublicKey.Hex, key.IsNew);
                            },
                            CancellationToken.None,
                            TaskCreationOptions.LongRunning,
                            TaskScheduler.Default
                        )
                    )
            );
            Assert.Single(keys.Select(key => key.Hex).Distinct());
            Assert.Single(keys, key => key.IsNew);
            Assert.Equal(2, Directory.GetFiles(Path.Combine(home, "keys")).Length);
        }
    }

    [Fact]
    public void Private_keys_are_closed_to_others_whatever_the_umask_says()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Keys().Open(null).Dispose();
        Keys().Folder.Create("release").Dispose();
        Assert.Equal(Mode0600, File.GetUnixFileMode(KeyPath()));
        Assert.Equal(Mode0600, File.GetUnixFileMode(KeyPath("release.private.json")));
        Assert.Equal(Mode0700, File.GetUnixFileMode(Path.GetDirectoryName(KeyPath())!));
    }

    [Fact]
    public async Task A_private_key_is_never_on_disk_with_another_mode_not_even_for_a_moment()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Somebody who looks all the time while keys are made never sees a file that is open to others.
        var folder = Path.GetDirectoryName(KeyPath())!;
        File.SetUnixFileMode(folder, Mode0700);
        using var done = new CancellationTokenSource();
        var seen = new HashSet<UnixFileMode>();
        var looks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = Task.Factory.StartNew(
            () =>
            {
                for (var isLast = false; !isLast; )
                {
                    isLast = done.IsCancellationRequested;
                    looks.TrySetResult();
                    foreach (var file in Directory.GetFiles(folder))
                    {
                        try
                        {
                            seen.Add(OperatingSystem.IsWindows() ? Mode0600 : File.GetUnixFileMode(file));
                        }
                        catch (FileNotFoundException)
                        {
                            // Renamed in between.
                        }
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await looks.Task;
        for (var i = 0; i < 40; i++)
        {
            Keys().Folder.Create("key" + i).Dispose();
        }

        await done.CancelAsync();
        await watcher;
        Assert.Equal([Mode0600], seen);
    }

    [Fact]
    public void A_private_key_file_that_others_can_read_is_refused_until_it_is_closed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Keys().Open(null).Dispose();
        foreach (var mode in new[] { UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.OtherWrite, UnixFileMode.GroupExecute })
        {
            File.SetUnixFileMode(KeyPath(), Mode0600 | mode);
            var refusal = Assert.Throws<KeyException>(() => Keys().Open(null));
            Assert.Contains(refusal.Hints, hint => hint.StartsWith("chmod 600 ", StringComparison.Ordinal));
        }

        File.SetUnixFileMode(KeyPath(), Mode0600);
        Keys().Open(null).Dispose();
    }

    [Fact]
    public void A_link_to_a_private_key_is_as_good_as_the_file_it_leads_to()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Keys().Folder.Create("real").Dispose();
        var link = _folder.File("elsewhere/linked.json");
        File.CreateSymbolicLink(link, KeyPath("real.private.json"));
        using (var key = Keys().Open(link))
        {
            Assert.Equal(Keys().Folder.List().Single().PublicKeyHex, key.PublicKey.Hex);
        }

        File.SetUnixFileMode(KeyPath("real.private.json"), Mode0600 | UnixFileMode.OtherRead);
        Assert.Throws<KeyException>(() => Keys().Open(link));
    }

    [Fact]
    public void A_broken_link_in_the_place_of_the_default_key_is_an_error_and_not_a_reason_for_a_new_key()
    {
        File.CreateSymbolicLink(KeyPath(), Path.Combine(_folder.Path, "gone.json"));
        Assert.Throws<KeyException>(() => Keys().Open(null));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "gone.json")));
        Assert.NotNull(new FileInfo(KeyPath()).LinkTarget);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"seed\": 7}")]
    [InlineData("{\"seed\": \"AAAA\"}")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\"}")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA AA=\"}")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"} x")]
    [InlineData("{\"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", \"seed\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}")]
    [InlineData("{\"key\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    public void A_damaged_private_key_is_an_error_and_stays_as_it_is_for_its_owner_to_mend(string content)
    {
        WritePrivate(KeyPath(), content);
        var refusal = Assert.Throws<KeyException>(() => Keys().Open(null));
        Assert.Equal(2, refusal.ExitCode);
        Assert.NotEmpty(refusal.Hints);
        Assert.Equal(content, File.ReadAllText(KeyPath()));
        Assert.False(File.Exists(KeyPath("ed25519_public.json")));
    }

    [Fact]
    public void A_huge_file_is_refused_without_being_read()
    {
        WritePrivate(KeyPath(), "");
        using (var stream = new FileStream(KeyPath(), FileMode.Open))
        {
            stream.SetLength(1L << 30);
        }

        Assert.Contains("longer than", Assert.Throws<KeyException>(() => Keys().Open(null)).Message, StringComparison.Ordinal);
        WritePrivate(KeyPath("big.private.json"), new string(' ', 64 * 1024) + "{}");
        Assert.Contains("longer than", Assert.Throws<KeyException>(() => Keys().Open("big")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_key_is_one_clear_error()
    {
        Directory.CreateDirectory(KeyPath());
        Assert.Throws<KeyException>(() => Keys().Open(null));
    }

    [Fact]
    public void A_public_key_that_does_not_belong_to_the_private_one_stops_everything()
    {
        Keys().Open(null).Dispose();
        using var other = Keys().Folder.Create("other");
        File.Copy(KeyPath("other.public.json"), KeyPath("ed25519_public.json"), overwrite: true);
        var refusal = Assert.Throws<KeyException>(() => Keys().Open(null));
        Assert.Contains(other.PublicKey.Hex, refusal.Message, StringComparison.Ordinal);
        WritePrivate(KeyPath("ed25519_public.json"), "{}");
        Assert.Throws<KeyException>(() => Keys().Open(null));
    }

    [Fact]
    public void A_public_file_lost_in_a_crash_is_written_again()
    {
        string hex;
        using (var key = Keys().Open(null))
        {
            hex = key.PublicKey.Hex;
        }

        var before = File.ReadAllBytes(KeyPath("ed25519_public.json"));
        File.Delete(KeyPath("ed25519_public.json"));
        using var again = Keys().Open(null);
        Assert.Equal(hex, again.PublicKey.Hex);
        Assert.Equal(before, File.ReadAllBytes(KeyPath("ed25519_public.json")));
    }

    [Fact]
    public void Making_a_key_whose_name_is_taken_is_refused_and_changes_nothing()
    {
        Keys().Folder.Create("release").Dispose();
        var before = File.ReadAllBytes(KeyPath("release.private.json"));
        Assert.Throws<KeyException>(() => Keys().Folder.Create("release"));
        WritePrivate(KeyPath("spoilt.private.json"), "spoilt");
        Assert.Throws<KeyException>(() => Keys().Folder.Create("spoilt"));
        Assert.Throws<KeyException>(() => Keys().Folder.OpenOrCreate("spoilt"));
        Assert.Equal(before, File.ReadAllBytes(KeyPath("release.private.json")));
        Assert.Equal("spoilt", File.ReadAllText(KeyPath("spoilt.private.json")));
    }

    [Fact]
    public void A_place_that_takes_no_key_is_said_as_what_can_be_mended_and_not_as_bad_input()
    {
        Directory.CreateDirectory(_folder.File("home"));
        File.WriteAllText(_folder.File("home/keys"), "mine");
        var refusal = Assert.Throws<UnavailableException>(() => Keys().Open(null));
        Assert.Equal(3, refusal.ExitCode);
        Assert.Contains(_folder.File("home/keys"), refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Hints);
        Assert.Equal("mine", File.ReadAllText(_folder.File("home/keys")));
    }

    [Fact]
    public void A_key_folder_that_others_may_write_to_gets_no_key()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Path.GetDirectoryName(KeyPath())!;
        File.SetUnixFileMode(folder, Mode0700 | UnixFileMode.OtherWrite);
        Assert.Throws<KeyException>(() => Keys().Open(null));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("-option")]
    [InlineData("a b")]
    [InlineData("name\n")]
    [InlineData("ключ")]
    public void A_name_that_could_lead_out_of_the_folder_is_no_name(string name) =>
        Assert.Throws<KeyException>(() => Keys().Folder.Create(name));

    [Fact]
    public void The_files_have_the_original_s_form_byte_for_byte()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/key-files.json")));
        foreach (var row in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var seed = Convert.FromHexString(row.GetProperty("seed_hex").GetString()!);
            var written = Hallmark.Keys.Files.KeyFileText.Write("seed", seed);
            Assert.Equal(
                row.GetProperty("private_json").GetProperty("seed").GetString(),
                JsonDocument.Parse(written).RootElement.GetProperty("seed").GetString()
            );
            Assert.Equal($$"""{"seed": "{{row.GetProperty("env_value").GetString()}}"}""", System.Text.Encoding.ASCII.GetString(written));
        }
    }

    private static void WritePrivate(string path, string content)
    {
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Mode0600);
        }
    }
}
