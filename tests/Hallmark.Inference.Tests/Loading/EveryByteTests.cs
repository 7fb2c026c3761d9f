using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Inference.Loading;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>
/// Each byte of each file of each version that real MLflow servers registered, in each kind of store. A load copies the files, hashes the copy, asks the checks of files, and
/// lets its policy decide; what a byte can change are the last three, and they are run here for each byte, on a copy as a load makes it. With <c>HALLMARK_EVERY_BYTE=1</c>
/// each byte is changed at its source instead and loaded anew from the URI on; some bytes of each file go that way always (<see cref="FixtureLoadTests"/>).
/// </summary>
public sealed class EveryByteTests
{
    private const string Variable = "HALLMARK_EVERY_BYTE";

    public static TheoryData<string, string> Versions
    {
        get
        {
            var versions = new TheoryData<string, string>();
            foreach (var fixture in FixtureScene.Fixtures)
            {
                versions.Add(fixture, "1");
                versions.Add(fixture, "2");
            }

            return versions;
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Whichever_byte_of_whichever_file_is_changed_the_version_is_refused(string fixture, string version)
    {
        await using var scene = await FixtureScene.OpenAsync(fixture);
        var uri = $"models:/{FixtureScene.Model}/{version}";
        var changed =
            Environment.GetEnvironmentVariable(Variable) == "1"
                ? await ChangeAtTheSourceAsync(scene, uri, await scene.FolderAsync(version))
                : await ChangeInTheCopyAsync(scene, uri, version);
        var files = Directory.EnumerateFiles(await scene.FolderAsync(version), "*", SearchOption.AllDirectories);
        Assert.Equal(files.Sum(path => new FileInfo(path).Length), changed);

        // All is as it was, and so it loads.
        await using var model = await scene.LoadAsync(uri);
        Assert.True(scene.Runner.HasStarted);
    }

    // The registry and the ledger say the same each time, and are asked once; the files are copied, hashed and judged anew for each byte.
    private static async Task<long> ChangeAtTheSourceAsync(FixtureScene scene, string uri, string folder)
    {
        var store = RememberedAnswers.Over(scene.Store);
        var options = scene.Options with { OpenStore = () => store, Log = RememberedAnswers.Over<IEventLogReader>(scene.Ledger) };
        return await ChangeEachAsync(
            folder,
            async (name, at) =>
            {
                var refusal = await scene.RefusedAsync<IntegrityException>($"{name} changed at {at}", uri, options);
                var difference = Assert.Single(refusal.Differences);
                Assert.True(
                    difference is { Note: "changed" } && difference.What.EndsWith(name, StringComparison.Ordinal),
                    $"{name} at {at}"
                );
            }
        );
    }

    private static async Task<long> ChangeInTheCopyAsync(FixtureScene scene, string uri, string version)
    {
        var resolved = await ModelResolver.ResolveAsync(ModelUri.Parse(uri), () => scene.Store, default);
        var scope = new VerificationScope { Store = scene.Store, Log = scene.Ledger };
        var found = await scene.Store.FindModelVersionAsync(FixtureScene.Model, version, default);
        var registration = await RecordAsync(scene, SubjectKeys.ModelVersion(FixtureScene.Model, version));
        var training = await RecordAsync(scene, SubjectKeys.Run(scene.Run(version)));
        using var copy = PrivateFolder.Create(scene.PrivateRoot);
        await VerifiedModel.CopyAsync(resolved, copy.Path, scene.Options, default);
        Assert.True(LoadPolicy.Pass(uri, await JudgeAsync(), allowsUnanchored: false));
        return await ChangeEachAsync(
            copy.Path,
            async (name, at) =>
            {
                var verdict = await JudgeAsync();
                var refusal = Assert.Throws<IntegrityException>(() => LoadPolicy.Pass(uri, verdict, allowsUnanchored: true));
                var difference = Assert.Single(refusal.Differences);
                Assert.True(
                    difference is { Note: "changed" } && difference.What.EndsWith(name, StringComparison.Ordinal),
                    $"{name} at {at}"
                );
            }
        );

        async Task<Verdict> JudgeAsync()
        {
            var files = await ArtifactSnapshot.OfFolderAsync(copy.Path, progress: null, default);
            var held = scope with { Held = new HeldArtifacts(resolved.Files.Path, files) };
            return new Verdict(uri, [await VersionArtifactsCheck.CheckAsync(held, found, registration, training, default)]);
        }
    }

    private static async Task<JsonObject> RecordAsync(FixtureScene scene, string subject) =>
        JsonNode.Parse((await scene.Ledger.FindBySubjectAsync(subject, default))[^1].Record!.Value.Span)!.AsObject();

    // Another bit of each byte than of the one before it, one byte at a time; returns how many.
    private static async Task<long> ChangeEachAsync(string folder, Func<string, int, Task> expectRefusal)
    {
        var count = 0L;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            for (var at = 0; at < bytes.Length; at++, count++)
            {
                RandomAccess.Write(file, [(byte)(bytes[at] ^ (1 << (at % 8)))], at);
                await expectRefusal(Path.GetRelativePath(folder, path), at);
                RandomAccess.Write(file, [bytes[at]], at);
            }

            Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
        }

        return count;
    }
}
