using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Events;
using Hallmark.Inference.Loading;
using Hallmark.Ledger;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;
using Check = Hallmark.Core.Checks.Check;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>Laws of loading, over a folder that was recorded by its content.</summary>
public sealed class LoadLawTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Names = ["MLmodel", "model.bin", "code/a.py", "code/deep/b.py"];
    private readonly TemporaryFolder _folder = new();
    private EventLedger _ledger = null!; // InitializeAsync sets it

    private string Model => Path.Combine(_folder.Path, "scorer");

    public async Task InitializeAsync()
    {
        var random = new Random(3);
        foreach (var name in Names)
        {
            var bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            await File.WriteAllBytesAsync(_folder.File("scorer/" + name), bytes);
        }

        await File.WriteAllTextAsync(_folder.File("scorer/MLmodel"), "flavors:\n  marker: {}\n");
        var options = new LedgerOptions { Folder = Path.Combine(_folder.Path, "ledger"), PublishesByItself = false };
        _ledger = await EventLedger.OpenAsync(options, FixtureScene.Key, TimeProvider.System, default);
        var facts = await ContentReading.ReadAsync(Model, null, false, null, default);
        await new ContentRecorder(FixtureScene.Key, _ledger, new RandomEventIds(), TimeProvider.System).RecordAsync(
            facts,
            new RecordOptions(),
            default
        );
    }

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whichever_bit_of_whichever_file_is_flipped_the_model_does_not_load_and_flipped_back_it_does() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(NonNegativeInt File, NonNegativeInt Byte, NonNegativeInt Bit)>(),
                place =>
                {
                    var path = Path.Combine(Model, Names[place.File.Get % Names.Length]);
                    Flip();
                    var runner = new MarkerRunner(_folder.File("marker"));
                    Assert.Throws<IntegrityException>(() => Load(runner));
                    Assert.False(runner.HasStarted);
                    Flip();
                    Load(runner).DisposeAsync().AsTask().GetAwaiter().GetResult();
                    Assert.True(runner.HasStarted);
                    File.Delete(runner.Marker);

                    void Flip()
                    {
                        var bytes = File.ReadAllBytes(path);
                        bytes[place.Byte.Get * 31 % bytes.Length] ^= (byte)(1 << (place.Bit.Get % 8));
                        File.WriteAllBytes(path, bytes);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public async Task A_witness_policy_that_is_not_met_is_refused_and_one_that_is_met_is_not()
    {
        foreach (var outcome in new[] { CheckOutcome.Failed, CheckOutcome.NotRun, CheckOutcome.Passed })
        {
            var runner = new MarkerRunner(_folder.File("marker"));
            var witnesses = new Policy(new Check { Name = "witness_policy", Outcome = outcome });
            if (outcome is CheckOutcome.Passed)
            {
                await using var model = await VerifiedModel.LoadAsync(Model, Options(runner) with { Witnesses = witnesses }, default);
                Assert.True(model.Identity.ArtifactVerified);
            }
            else
            {
                var refusal = await Assert.ThrowsAsync<ModelNotVerifiedException>(() =>
                    VerifiedModel.LoadAsync(Model, Options(runner) with { Witnesses = witnesses, AllowsUnanchored = true }, default)
                );
                Assert.Equal(outcome is CheckOutcome.Failed ? 1 : 3, refusal.ExitCode);
                Assert.False(runner.HasStarted);
            }
        }
    }

    private VerifiedModel Load(MarkerRunner runner) => VerifiedModel.LoadAsync(Model, Options(runner), default).GetAwaiter().GetResult();

    private ModelLoadOptions Options(MarkerRunner runner) =>
        new()
        {
            OpenStore = () => throw new InvalidOperationException("a folder needs no store"),
            Runners = [runner],
            PrivateRoot = Path.Combine(_folder.Path, "private"),
            Log = _ledger,
            Warn = _ => { },
        };

    private sealed class Policy(Check check) : IWitnessSource
    {
        public Task<WitnessFindings> FindAsync(
            ReadOnlyMemory<byte> envelope,
            long? index,
            DateTimeOffset? signedAt,
            CancellationToken cancellationToken
        ) => Task.FromResult(new WitnessFindings([], [check]));
    }
}
