using System.Diagnostics;
using System.Text.Json.Nodes;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>"What must hold" 5: one clear line, the right exit code, nothing written, not even a key or an empty ledger.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("anchor", "run", "nope")]
    [InlineData("anchor", "run", "00000000000000000000000000000000")]
    [InlineData("anchor", "run", "../../etc/passwd")]
    [InlineData("anchor", "run", "")]
    [InlineData("register", "m", "--run", "00000000000000000000000000000000")]
    [InlineData("register", "iris-classifier/99")]
    [InlineData("promote", "iris-classifier/99", "--stage", "Production")]
    [InlineData("promote", "no-such-model/1", "--alias", "champion")]
    [InlineData("promote", "iris-classifier/1", "--stage", "Prodution")]
    [InlineData("anchor", "dataset", "no-such-folder")]
    [InlineData("anchor", "file", "no-such-file")]
    [InlineData("verify", "envelope", "no-such-file.json")]
    [InlineData("verify", "dataset", "no-such-folder")]
    [InlineData("anchor", "run", "881f3dedcc6846dab35f536d068c2583", "--metadata", "no-such-file.json")]
    [InlineData("anchor", "run", "881f3dedcc6846dab35f536d068c2583", "--key", "no-such-key")]
    public async Task What_does_not_exist_is_refused_and_leaves_no_trace(params string[] arguments)
    {
        using var scene = new CommandScene().WithStore();
        await scene.RefuseAsync(2, arguments);
    }

    [Fact]
    public async Task An_unknown_run_is_named_with_the_store_and_how_much_was_looked_at()
    {
        using var scene = new CommandScene().WithStore();
        foreach (
            string[] command in new[] { new[] { "verify", "run", "nope" }, ["anchor", "run", "nope"], ["register", "m", "--run", "nope"] }
        )
        {
            Assert.Equal(
                $"error: no run \"nope\" in {scene.Store} (3 experiments, 8 runs looked at)\n"
                    + "hint: hallmark runs list      or set MLFLOW_TRACKING_URI to the store the run was logged to\n",
                (await scene.RefuseAsync(2, command)).Error
            );
        }
    }

    [Fact]
    public async Task An_unknown_run_of_a_database_and_of_a_server_is_named_the_same_way()
    {
        using var scene = new CommandScene();
        var database = scene.Folder.File("mlflow.db");
        File.Copy(ProjectFiles.TestData("mlflow/2.22/sqlite/mlflow.db"), database);
        await using var server = await FixtureMlflowServer.StartAsync("2.22");
        foreach (var uri in new[] { "sqlite:///" + database, server.Address })
        {
            var refused = await scene.RefuseAsync(2, "verify", "run", "00000000000000000000000000000000", "--tracking-uri", uri);
            Assert.StartsWith(
                $"error: no run \"00000000000000000000000000000000\" in {uri} (3 experiments, 7 runs looked at)\n",
                refused.Error,
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("ftp://example.org/mlruns")]
    [InlineData("sqlite://relative.db")]
    [InlineData("mysql://user:secret@127.0.0.1/mlflow")]
    [InlineData("databricks")]
    [InlineData("http://")]
    [InlineData("http:///nowhere")]
    [InlineData("file://another-host/mlruns")]
    [InlineData("no-such-folder/mlruns")]
    [InlineData("sqlite:////no/such/folder/mlflow.db")]
    public async Task A_store_that_is_none_is_refused_without_its_password(string uri)
    {
        using var scene = new CommandScene();
        foreach (
            string[] command in new[]
            {
                new[] { "runs", "list" },
                ["anchor", "run", CommandScene.TunedRun],
                ["verify", "run", CommandScene.TunedRun],
            }
        )
        {
            var refused = await scene.RefuseAsync(2, [.. command, "--tracking-uri", uri]);
            Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_empty_folder_is_no_store_yet()
    {
        using var scene = new CommandScene();
        Directory.CreateDirectory(scene.Store);
        scene.Environment["MLFLOW_TRACKING_URI"] = scene.Store;
        Assert.Contains(
            "no MLflow store was written there yet",
            (await scene.RefuseAsync(2, "runs", "list")).Error,
            StringComparison.Ordinal
        );
        await scene.RefuseAsync(2, "anchor", "run", CommandScene.TunedRun);
        await scene.RefuseAsync(2, "verify", "run", CommandScene.TunedRun);
        await scene.RefuseAsync(2, "verify", "model", "m/1");
        await scene.RefuseAsync(2, "audit", "m/1");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_out_of_reach_and_not_bad_input()
    {
        using var scene = new CommandScene();
        scene.Environment["MLFLOW_TRACKING_URI"] = "http://127.0.0.1:1";
        scene.Environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0";
        foreach (
            string[] command in new[]
            {
                new[] { "runs", "list" },
                ["anchor", "run", CommandScene.TunedRun],
                ["register", "m", "--run", CommandScene.TunedRun],
                ["promote", "m/1", "--alias", "a"],
            }
        )
        {
            await scene.RefuseAsync(3, command);
        }

        foreach (
            string[] command in new[] { new[] { "verify", "run", CommandScene.TunedRun }, ["verify", "model", "m/1"], ["audit", "m/1"] }
        )
        {
            var verdict = await scene.ExpectAsync(3, command);
            Assert.DoesNotContain("VERIFIED", verdict.Out, StringComparison.Ordinal);
            Assert.Contains("127.0.0.1:1", verdict.Out + verdict.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(scene.Home));
        }
    }

    [Fact]
    public async Task A_database_of_an_unknown_schema_is_refused()
    {
        using var scene = new CommandScene();
        var database = scene.Folder.File("mlflow.db");
        File.Copy(ProjectFiles.TestData("mlflow/3.6/sqlite/mlflow.db"), database);
        using (
            var connection = Hallmark.Sqlite.SqliteDatabase.Open(
                database,
                Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite,
                TimeSpan.FromSeconds(10)
            )
        )
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE alembic_version SET version_num = 'ffffffffffff'; ALTER TABLE runs RENAME TO runs_of_tomorrow";
            command.ExecuteNonQuery();
        }

        await scene.RefuseAsync(2, "runs", "list", "--tracking-uri", "sqlite:///" + database);
        await scene.RefuseAsync(2, "anchor", "run", CommandScene.TunedRun, "--tracking-uri", "sqlite:///" + database);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("mlflow.db"), string.Concat(Enumerable.Repeat("not a database ", 1000)));
        await scene.RefuseAsync(2, "anchor", "run", CommandScene.TunedRun, "--tracking-uri", "sqlite:///" + scene.Folder.File("mlflow.db"));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("{\"tracking_url\":\"x\"}")]
    [InlineData("{\"origin\":\"a\",\"origin\":\"b\"}")]
    public async Task A_settings_file_with_faults_stops_every_command_before_it_does_anything(string content)
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("home/hallmark.json"), content);
        foreach (
            string[] command in new[]
            {
                new[] { "status" },
                ["init"],
                ["key", "new", "a"],
                ["anchor", "run", "x"],
                ["verify", "run", "x"],
                ["ledger", "verify"],
                ["runs", "list"],
            }
        )
        {
            Assert.Contains("hallmark.json", (await scene.RefuseAsync(2, command)).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_ledger_that_is_no_database_is_named_and_left_as_it_is()
    {
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "init");
        await File.WriteAllTextAsync(Path.Combine(scene.Home, "ledger", "ledger.db"), string.Concat(Enumerable.Repeat("garbage ", 2000)));
        foreach (
            string[] command in new[]
            {
                new[] { "status" },
                ["ledger", "status"],
                ["ledger", "proof", "0"],
                ["ledger", "verify"],
                ["outbox", "drain"],
                ["anchor", "run", CommandScene.TunedRun],
                ["verify", "run", CommandScene.TunedRun],
            }
        )
        {
            var ended = await scene.RunAsync(command);
            Assert.True(ended.Code is 1 or 2 or 3, string.Join(' ', command) + ended);
            Assert.Contains("ledger", ended.Error + ended.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
            Assert.StartsWith(
                "garbage ",
                await File.ReadAllTextAsync(Path.Combine(scene.Home, "ledger", "ledger.db")),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_home_that_cannot_be_made_is_one_line()
    {
        using var scene = new CommandScene();
        await File.WriteAllTextAsync(scene.Folder.File("a-file"), "");
        foreach (string[] command in new[] { new[] { "init" }, ["key", "new", "a"], ["anchor", "file", scene.Folder.File("a-file")] })
        {
            var refused = await scene.RunAsync([.. command, "--home", Path.Combine(scene.Folder.Path, "a-file", "below")]);
            Assert.True(refused.Code is 2 or 3, refused.ToString());
            Assert.StartsWith("error: ", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_models_folder_is_refused()
    {
        using var scene = new CommandScene().WithStore();
        await File.WriteAllTextAsync(scene.Folder.File("outside/secret"), "not part of the model");
        File.CreateSymbolicLink(Path.Combine(scene.Store, CommandScene.TunedModel, "extra"), scene.Folder.File("outside/secret"));
        var refused = await scene.RefuseAsync(2, "anchor", "run", CommandScene.TunedRun);
        Assert.Contains("extra", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_among_the_models_files_is_refused_and_not_waited_for()
    {
        using var scene = new CommandScene().WithStore();
        using var make = Process.Start("mkfifo", Path.Combine(scene.Store, CommandScene.TunedModel, "pipe"));
        await make.WaitForExitAsync();
        var refused = await scene.RefuseAsync(2, "anchor", "run", CommandScene.TunedRun).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Contains("pipe", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_of_ten_thousand_levels_is_refused_wherever_it_stands()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000);
        using var scene = new CommandScene().WithStore();
        await scene.ExpectAsync(0, "anchor", "run", CommandScene.TunedRun);
        await File.WriteAllTextAsync(Path.Combine(scene.RunFolder(), "artifacts/ario/payload.json"), deep);
        await scene.ExpectAsync(1, "verify", "run", CommandScene.TunedRun);
        await File.WriteAllTextAsync(Path.Combine(scene.RunFolder(), "artifacts/ario/proof.json"), deep);
        await scene.ExpectAsync(1, "verify", "run", CommandScene.TunedRun);

        await File.WriteAllTextAsync(scene.Folder.File("deep.json"), deep);
        await scene.RefuseAsync(2, "verify", "envelope", scene.Folder.File("deep.json"));
        await scene.RefuseAsync(2, "anchor", "file", scene.Folder.File("deep.json"), "--metadata", scene.Folder.File("deep.json"));
        await File.WriteAllTextAsync(scene.Folder.File("home/hallmark.json"), deep);
        await scene.RefuseAsync(2, "status");
    }

    [Fact]
    public async Task A_run_without_dataset_inputs_is_refused_with_the_option_that_allows_it()
    {
        using var scene = new CommandScene().WithStore();
        var refused = await scene.RefuseAsync(2, "anchor", "run", "8d009ad4a81843bcb2992cd3a2a2f8bf");
        Assert.Contains("--allow-empty-dataset-inputs", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_the_settings_is_refused_and_not_repeated()
    {
        using var scene = new CommandScene().WithSettings(new JsonObject { ["private_key"] = "c2VjcmV0LXNlZWQ" });
        var refused = await scene.RefuseAsync(2, "status");
        Assert.Contains("hallmark key new", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0LXNlZWQ", refused.Error, StringComparison.Ordinal);
    }
}
