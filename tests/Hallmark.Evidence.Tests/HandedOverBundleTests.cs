using System.Text.Json.Nodes;
using Hallmark.Core.Checks;
using Hallmark.Core.Signatures;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Verification;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests;

/// <summary>Bundles of a ledger whose checkpoint key was handed over: they bring the handovers along, and a stranger who knows the first key follows them.</summary>
public sealed class HandedOverBundleTests : IAsyncLifetime, IDisposable
{
    private static readonly Ed25519PrivateKey Second = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
    private static readonly Ed25519PrivateKey Third = Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
    private readonly TemporaryFolder _folder = new();
    private BundleScene _scene = null!; // ! made before each test
    private byte[] _before = [];

    public async Task InitializeAsync()
    {
        _scene = await BundleScene.CreateAsync();
        _before = await BundleScene.SealAsync(await _scene.ComposeAsync());
        await _scene.HandOverAsync(Second);
        await AppendOtherAsync(200);
        await _scene.HandOverAsync(Third);
        await AppendOtherAsync(201);
        await _scene.PublishAsync();
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bundle_that_was_made_before_a_handover_still_verifies() =>
        Assert.Equal(VerdictStatus.Verified, (await BundleScene.VerifyAsync(_before)).Verdict.Status);

    [Fact]
    public async Task A_bundle_that_is_made_after_it_follows_the_keys_and_verifies_without_the_ledger()
    {
        var body = await _scene.ComposeAsync();
        var bundle = await BundleScene.SealAsync(body);
        await _scene.DisposeAsync();

        var verified = await BundleScene.VerifyAsync(bundle);

        Assert.Equal(2, body.Handovers.Length);
        Assert.Equal(VerdictStatus.Verified, verified.Verdict.Status);
        Assert.Contains("risk-release", Answer(verified).Detail, StringComparison.Ordinal);
        Assert.Equal(bundle, await BundleScene.SealAsync(verified.Body!));
    }

    [Fact]
    public async Task Without_the_handovers_or_with_one_left_out_the_checkpoints_are_nobodys()
    {
        var body = await _scene.ComposeAsync();
        foreach (var handovers in new[] { body.Handovers.Clear(), body.Handovers.RemoveAt(0), body.Handovers.RemoveAt(1) })
        {
            Assert.Equal(CheckOutcome.Failed, Answer(await VerifyAsync(body with { Handovers = handovers })).Outcome);
        }
    }

    [Fact]
    public async Task Handovers_in_another_order_twice_or_of_another_ledger_are_refused()
    {
        var body = await _scene.ComposeAsync();
        var (first, second) = (body.Handovers[0], body.Handovers[1]);
        await using var other = await BundleScene.CreateAsync();
        await other.HandOverAsync(Third);
        var stray = (await other.ComposeAsync()).Handovers[0];
        foreach (
            var handovers in new[]
            {
                [second, first],
                [first, first, second],
                [first, second, second],
                body.Handovers.Insert(0, stray),
                [stray],
            }
        )
        {
            Assert.Equal(CheckOutcome.Failed, Answer(await VerifyAsync(body with { Handovers = handovers })).Outcome);
        }
    }

    [Fact]
    public async Task A_handover_under_a_checkpoint_of_another_history_is_refused()
    {
        // The old key's holder signs two histories: in the one he hands over, in the other stand the entries.
        var body = await _scene.ComposeAsync();
        await using var fork = await BundleScene.CreateAsync();
        await AppendOtherAsync(300, fork);
        await fork.HandOverAsync(Second);
        var stray = (await fork.ComposeAsync()).Handovers[0];
        Assert.Equal(CheckOutcome.Failed, Answer(await VerifyAsync(body with { Handovers = [stray, body.Handovers[1]] })).Outcome);
    }

    [Fact]
    public async Task A_retired_key_that_signs_on_is_refused()
    {
        var body = await _scene.ComposeAsync();
        var note = Core.Notes.SignedNote.Parse(body.Checkpoints[^1].Note);
        var signed = Core.Notes.SignedNote.Create(
            note.Text.Span,
            new Core.Notes.NoteSigner(body.Origin, BundleScene.Key).Sign(note.Text.Span)
        );
        var forged = body with
        {
            Checkpoints = body.Checkpoints.SetItem(body.Checkpoints.Length - 1, body.Checkpoints[^1] with { Note = signed.Bytes }),
        };
        var answer = Answer(await VerifyAsync(forged));
        Assert.Equal(CheckOutcome.Failed, answer.Outcome);
        Assert.Contains("which was retired by entry", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_who_knows_only_the_newest_key_is_told_that_it_signed()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync());
        var trust = BundleScene.Trust with
        {
            Judge = (hex, _) =>
                hex == Third.PublicKey.Hex
                    ? new Mlflow.Verification.SignerOpinion(Mlflow.Verification.SignerStanding.Trusted, "ledger-2027")
                    : new Mlflow.Verification.SignerOpinion(Mlflow.Verification.SignerStanding.Unknown, null),
        };
        Assert.Contains("ledger-2027", Answer(await BundleScene.VerifyAsync(bundle, trust)).Detail, StringComparison.Ordinal);
    }

    [PeerFact("node")]
    public async Task The_script_follows_the_keys_too_and_takes_no_other_ones()
    {
        var body = await _scene.ComposeAsync();
        Assert.Equal(0, await ScriptAsync(await BundleScene.SealAsync(body)));
        Assert.Equal(0, await ScriptAsync(_before));
        foreach (
            var handovers in new[]
            {
                body.Handovers.Clear(),
                body.Handovers.RemoveAt(0),
                body.Handovers.RemoveAt(1),
                [body.Handovers[1], body.Handovers[0]],
            }
        )
        {
            Assert.Equal(1, await ScriptAsync(await BundleScene.SealAsync(body with { Handovers = handovers })));
        }
    }

    private static Check Answer(VerifiedBundle verified) => verified.Verdict.Checks.Single(check => check.Name == BundleChecks.Checkpoints);

    private static async Task<VerifiedBundle> VerifyAsync(BundleBody body) =>
        await BundleScene.VerifyAsync(await BundleScene.SealAsync(body));

    private Task AppendOtherAsync(int number) => AppendOtherAsync(number, _scene);

    private static Task AppendOtherAsync(int number, BundleScene scene) =>
        scene.AppendAsync(
            number,
            EventTypes.Training,
            new JsonObject { ["type"] = SubjectTypes.Run, ["run_id"] = "later" },
            $"run:later{number}",
            new JsonObject()
        );

    private async Task<int> ScriptAsync(byte[] bundle)
    {
        await File.WriteAllBytesAsync(_folder.File("bundle.json"), bundle);
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(
                "node",
                [Path.Combine(ProjectFiles.Root, "tools", "verify-bundle.mjs"), _folder.File("bundle.json")]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        _ = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
