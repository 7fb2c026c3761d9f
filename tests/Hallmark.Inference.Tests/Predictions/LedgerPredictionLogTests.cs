using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;
using Hallmark.Core.Signatures;
using Hallmark.Inference.Predictions;
using Hallmark.Ledger;
using Hallmark.Ledger.Verification;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Tests.Predictions;

public sealed class LedgerPredictionLogTests : IAsyncLifetime
{
    private PredictionHome _home = null!; // ! made before each test

    public Task InitializeAsync()
    {
        _home = PredictionHome.Create();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _home.DisposeAsync().AsTask();

    [Fact]
    public async Task A_batched_prediction_is_an_event_of_the_family_whose_record_holds_the_payload()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger);
        var facts = PredictionHome.Facts();
        var options = new RecordOptions { MlflowTraceId = "tr-1" };
        var entry = await PredictionHome.Record(log, options, facts, registration: "tx-of-registration").Logged;

        Assert.Equal(facts.DecisionId, entry.EventId);
        Assert.Equal(SubjectKeys.Prediction(facts.DecisionId), entry.SubjectKey);
        Assert.True(EnvelopeVerifier.Verify(entry.Envelope.Span, committedBytes: entry.Record).IsOk);
        var envelope = JsonNode.Parse(entry.Envelope.Span)!;
        Assert.Equal("ario.events/v1", (string?)envelope["spec_version"]);
        Assert.Equal("production", (string?)envelope["environment"]);
        Assert.False(envelope.AsObject().ContainsKey("subject"));

        var payload = CanonicalJson.Canonicalize(PredictionPayload.Build(facts, options));
        var expected = EventRecord.ForContent(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(payload)),
            payload.Length,
            eventType: "mlflow.prediction"
        ) with
        {
            ProducerId = PredictionHome.Origin,
            Metadata = new JsonObject { ["prediction"] = JsonNode.Parse(payload), ["registration_tx"] = "tx-of-registration" },
        };
        Assert.Equal(
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(expected.ToJson())),
            Encoding.UTF8.GetString(entry.Record!.Value.Span)
        );
    }

    [Fact]
    public async Task A_direct_prediction_is_the_originals_event_under_its_decision_id()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger, PredictionMode.Direct);
        var facts = PredictionHome.Facts();
        var entry = await PredictionHome.Record(log, new RecordOptions { MlflowTraceId = "tr-1" }, facts, registration: "tx").Logged;

        Assert.Equal(
            Encoding.UTF8.GetString(
                CanonicalJson.Canonicalize(PredictionPayload.Build(facts, new RecordOptions { MlflowTraceId = "tr-1" }))
            ),
            Encoding.UTF8.GetString(entry.Record!.Value.Span)
        );
        Assert.True(EnvelopeVerifier.Verify(entry.Envelope.Span, committedBytes: entry.Record).IsOk);
        var envelope = JsonNode.Parse(entry.Envelope.Span)!;
        Assert.Equal(
            ("ario.mlflow/v1", "prediction", "tx", facts.DecisionId, facts.DecisionId, "tr-1"),
            (
                (string?)envelope["spec_version"],
                (string?)envelope["event_type"],
                (string?)envelope["previous_hash"],
                (string?)envelope["event_id"],
                (string?)envelope["subject"]!["decision_id"],
                (string?)envelope["subject"]!["trace_id"]
            )
        );
    }

    [Theory]
    [InlineData(PredictionMode.Batched)]
    [InlineData(PredictionMode.Direct)]
    [InlineData(PredictionMode.Automatic)]
    public async Task Sixty_four_writers_find_each_of_their_predictions_once(PredictionMode mode)
    {
        const int Writers = 64,
            Each = 25;
        var ledger = await _home.OpenAsync(publishes: true);
        var ids = new ConcurrentBag<string>();
        await using (var log = PredictionHome.Log(ledger, mode))
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, Writers)
                    .Select(_ =>
                        Task.Run(async () =>
                        {
                            for (var i = 0; i < Each; i++)
                            {
                                ids.Add((await PredictionHome.Record(log).Logged).EventId);
                            }
                        })
                    )
            );
            Assert.Equal(0, log.UnderWay);
        }

        Assert.Equal(Writers * Each, ids.Distinct().Count());
        Assert.Equal(Writers * Each, ledger.Count);
        foreach (var id in ids)
        {
            Assert.Equal(id, Assert.Single(await ledger.FindBySubjectAsync(SubjectKeys.Prediction(id), CancellationToken.None)).EventId);
        }

        await _home.CloseAsync();
        var verification = await LedgerVerifier.VerifyAsync(_home.Folder, progress: null, CancellationToken.None);
        Assert.True(verification.IsVerified, verification.FirstFault?.What);
    }

    [Theory]
    [InlineData(PredictionMode.Batched, PredictionMode.Batched)]
    [InlineData(PredictionMode.Direct, PredictionMode.Direct)]
    [InlineData(PredictionMode.Batched, PredictionMode.Direct)]
    [InlineData(PredictionMode.Direct, PredictionMode.Batched)]
    public async Task A_decision_id_is_logged_once_whatever_the_mode(PredictionMode first, PredictionMode second)
    {
        var ledger = await _home.OpenAsync();
        var facts = PredictionHome.Facts();
        await using var one = PredictionHome.Log(ledger, first);
        await using var other = PredictionHome.Log(ledger, second);
        await PredictionHome.Record(one, facts).Logged;
        var refusal = await Assert.ThrowsAsync<EventIdTakenException>(() =>
            PredictionHome.Record(other, facts with { LatencyInMilliseconds = 7 }).Logged
        );
        Assert.Equal((0, 2), (refusal.Index, refusal.ExitCode));
        Assert.Equal(1, ledger.Count);

        // It was the caller's fault: the log takes the next one at once.
        await PredictionHome.Record(other).Logged;
    }

    [Fact]
    public async Task Of_many_predictions_with_one_decision_id_in_one_moment_exactly_one_is_logged()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger);
        var facts = PredictionHome.Facts();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            await PredictionHome.Record(log, facts).Logged;
                            return true;
                        }
                        catch (EventIdTakenException)
                        {
                            return false;
                        }
                    })
                )
        );
        Assert.Single(answers, isLogged => isLogged);
        Assert.Equal(1, ledger.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("decision")]
    [InlineData("{8d5b2a66-0000-4000-8000-000000000000}")]
    [InlineData("8D5B2A66-0000-4000-8000-000000000000")]
    [InlineData("8d5b2a66000040008000000000000000")]
    public async Task A_decision_id_that_is_no_uuid_is_refused_and_the_place_can_still_be_filled(string id)
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger);
        using var place = log.TryReserve()!;
        Assert.Throws<BadInputException>(() => place.Record(PredictionHome.Facts(id), null, new RecordOptions()));
        await place.Record(PredictionHome.Facts(), null, new RecordOptions()).Logged;
        Assert.Equal(1, ledger.Count);
    }

    [Fact]
    public async Task A_record_that_has_no_canonical_form_is_refused_at_once()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(ledger);
        using var place = log.TryReserve()!;
        var nan = new RecordOptions { Metadata = new JsonObject { ["score"] = double.NaN } };
        Assert.Throws<BadInputException>(() => place.Record(PredictionHome.Facts(), null, nan));
        Assert.Throws<BadInputException>(() =>
            place.Record(PredictionHome.Facts() with { LatencyInMilliseconds = double.PositiveInfinity }, null, new RecordOptions())
        );
        Assert.Throws<BadInputException>(() =>
            place.Record(PredictionHome.Facts() with { ModelName = "\ud800" }, null, new RecordOptions())
        );
        Assert.Equal(1, log.UnderWay);
        place.Dispose();
        Assert.Equal(0, log.UnderWay);
    }

    [Fact]
    public async Task The_work_of_a_prediction_becomes_durable_with_it()
    {
        var ledger = await _home.OpenAsync();
        await using var log = PredictionHome.Log(
            ledger,
            new PredictionLogOptions
            {
                Mode = PredictionMode.Batched,
                DescribeWork = one => [new OutboxWork("trace", Encoding.UTF8.GetBytes(one.Facts.DecisionId + " " + one.PayloadHash))],
            }
        );
        var entry = await PredictionHome.Record(log).Logged;
        var item = Assert.Single(
            await ledger.Outbox.Reader.FindAsync(Ledger.Outbox.OutboxState.Pending, "trace", 10, CancellationToken.None)
        );
        Assert.Equal($"{entry.EventId} {entry.PayloadHash}", Encoding.UTF8.GetString(item.Work.Body.Span));
    }

    [LinuxTheory]
    [InlineData(true, "3")]
    [InlineData(false, "0")]
    public async Task Sealing_threads_interrupt_nobody_where_they_shall_not(bool withoutInterrupting, string policy)
    {
        var ledger = await _home.OpenAsync();
        var status = "";
        await using var log = PredictionHome.Log(
            ledger,
            new PredictionLogOptions
            {
                SealsWithoutInterrupting = withoutInterrupting,
                DescribeWork = _ =>
                {
                    status = File.ReadAllText("/proc/thread-self/stat");
                    return [];
                },
            }
        );
        await PredictionHome.Record(log).Logged;

        // proc_pid_stat(5): the 41st field is the policy; the second, the name, may hold spaces and ends with a bracket.
        Assert.Equal(policy, status[(status.LastIndexOf(')') + 2)..].Split(' ')[41 - 3]);
    }

    [Fact]
    public async Task A_prediction_whose_work_cannot_be_described_fails_alone_and_gives_its_place_back()
    {
        var ledger = await _home.OpenAsync();
        var bad = PredictionHome.NewId();
        await using var log = PredictionHome.Log(
            ledger,
            new PredictionLogOptions
            {
                Mode = PredictionMode.Batched,
                DescribeWork = one => one.Facts.DecisionId == bad ? throw new InvalidOperationException("no such trace") : [],
            }
        );
        var failing = PredictionHome.Record(log, PredictionHome.Facts(bad));
        var fine = PredictionHome.Record(log);
        await Assert.ThrowsAsync<UnavailableException>(() => failing.Logged);
        await fine.Logged;
        Assert.Equal((0, 1L), (log.UnderWay, ledger.Count));
    }

    [Fact]
    public async Task Predictions_whose_signer_is_gone_fail_together_give_their_places_back_and_those_after_it_is_back_are_logged()
    {
        var ledger = await _home.OpenAsync();
        var signer = new AbsentableSigner { IsAbsent = true };
        await using var log = new LedgerPredictionLog(
            ledger,
            signer,
            TimeProvider.System,
            new PredictionLogOptions { Mode = PredictionMode.Batched }
        );
        var failing = Enumerable.Range(0, 20).Select(_ => PredictionHome.Record(log).Logged).ToList();
        foreach (var one in failing)
        {
            Assert.Contains(
                "token was pulled",
                (await Assert.ThrowsAsync<UnavailableException>(() => one)).Message,
                StringComparison.Ordinal
            );
        }

        Assert.Equal((0, 0L), (log.UnderWay, ledger.Count));
        signer.IsAbsent = false;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PredictionHome.Record(log).Logged));
        Assert.Equal((0, 20L), (log.UnderWay, ledger.Count));
    }

    private sealed class AbsentableSigner : ISigner
    {
        public volatile bool IsAbsent;

        public Ed25519PublicKey PublicKey => PredictionHome.Key.PublicKey;

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            if (IsAbsent)
            {
                throw new IOException("the token was pulled");
            }

            PredictionHome.Key.Sign(message, signature);
        }
    }
}
