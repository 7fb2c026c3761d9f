using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Inference.Predictions;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>A child process that answers what is no answer.</summary>
public sealed class ScoringAnswerFaultTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("node")]
    public async Task What_is_no_answer_is_a_clear_error_and_the_process_goes_on()
    {
        foreach (
            var (mode, words) in new[]
            {
                ("garbage", "no JSON"),
                ("html", "HTML"),
                ("html-500", "HTTP 500"),
                ("json-500", "it [31mbroke"),
                ("empty", "empty body"),
                ("bare", "without \"predictions\""),
                ("twice", "twice"),
                ("deep", "nested"),
            }
        )
        {
            await using var runner = await FaultyServer.StartAsync(mode, _folder.Path);
            var id = runner.ProcessId;
            var failure = await Assert.ThrowsAsync<ModelRunException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(failure.Message, char.IsControl);
            Assert.Equal(3, failure.ExitCode);
            Assert.Equal(id, runner.ProcessId);
        }
    }

    [PeerFact("node")]
    public async Task An_answer_without_a_number_is_one_and_its_record_sets_it_apart()
    {
        foreach (var (mode, text) in new[] { ("nan", "NaN"), ("infinity", "-Infinity") })
        {
            await using var runner = await FaultyServer.StartAsync(mode, _folder.Path);
            var answer = (await runner.RunAsync(FaultyServer.AnyInput, None)).Value;
            var apart = Encoding.UTF8.GetString(SetApartNumbers.CanonicalOutput(answer));
            Assert.Contains($"\"{text}\"", apart, StringComparison.Ordinal);
            Assert.Contains("null", apart, StringComparison.Ordinal);
        }
    }

    [PeerFact("node")]
    public async Task An_answer_of_any_length_is_read_to_its_bound_only()
    {
        foreach (var mode in new[] { "endless", "hundred" })
        {
            var options = FaultyServer.Options(mode) with { Limits = new ExchangeLimits { MaxAnswerInBytes = 1 << 20 } };
            await using var runner = await FaultyServer.StartAsync(options, _folder.Path);
            var failure = await Assert.ThrowsAsync<ModelRunException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
            Assert.Contains("more than the 1048576 bytes", failure.Message, StringComparison.Ordinal);
        }
    }

    [PeerFact("node")]
    public async Task A_hundred_megabytes_are_more_than_is_read_unless_asked_for()
    {
        await using var runner = await FaultyServer.StartAsync("hundred", _folder.Path);
        await Assert.ThrowsAsync<ModelRunException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
    }

    [PeerFact("node")]
    public async Task A_prediction_that_never_ends_is_given_up_and_says_after_how_long()
    {
        var options = FaultyServer.Options("silent") with { Limits = new ExchangeLimits { Timeout = TimeSpan.FromMilliseconds(200) } };
        await using var runner = await FaultyServer.StartAsync(options, _folder.Path);
        var failure = await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
        Assert.Contains("did not answer within 0.2 s", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact("node")]
    public async Task A_caller_who_gives_up_is_not_told_of_a_failure()
    {
        await using var runner = await FaultyServer.StartAsync("silent", _folder.Path);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(FaultyServer.AnyInput, patience.Token));
    }

    [PeerFact("node")]
    public async Task A_process_that_is_busy_says_when_to_come_again_and_a_redirect_is_not_followed()
    {
        await using (var busy = await FaultyServer.StartAsync("busy", _folder.Path))
        {
            var failure = await Assert.ThrowsAsync<UnavailableException>(() => busy.RunAsync(FaultyServer.AnyInput, None));
            Assert.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
            Assert.Contains("later", failure.Message, StringComparison.Ordinal);
        }

        await using var moved = await FaultyServer.StartAsync("moved", _folder.Path);
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() => moved.RunAsync(FaultyServer.AnyInput, None));
        Assert.Contains("redirects", refusal.Message, StringComparison.Ordinal);
    }

    [PeerFact("node")]
    public async Task An_answer_that_breaks_off_is_no_answer()
    {
        await using var runner = await FaultyServer.StartAsync("cut", _folder.Path);
        await Assert.ThrowsAsync<UnavailableException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
    }

    [PeerFact("node")]
    public async Task What_the_process_says_of_an_input_reaches_the_caller_short_and_printable()
    {
        await using var runner = await FaultyServer.StartAsync("refuses", _folder.Path);
        var refusal = await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(FaultyServer.AnyInput, None));
        Assert.Contains("no [2J column at all", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        Assert.InRange(refusal.Message.Length, 100, 700);
        Assert.Equal(2, refusal.ExitCode);
    }

    [PeerFact("node")]
    public async Task An_input_that_is_too_large_is_not_sent()
    {
        var options = FaultyServer.Options("crash") with { Limits = new ExchangeLimits { MaxRequestInBytes = 19 } };
        await using var runner = await FaultyServer.StartAsync(options, _folder.Path);
        await Assert.ThrowsAsync<ModelInputException>(() =>
            runner.RunAsync(new ModelInput(InputForm.Csv, "a,b\n1,2\n3,4\n5,6\n7,8\n"), None)
        );
        Assert.NotNull(runner.ProcessId);
    }
}
