using Hallmark.Inference.Runners.Processes;

namespace Hallmark.Inference.Tests.Runners.Processes;

public sealed class RestartPausesTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest()
    {
        var pauses = new RestartPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(_ => pauses.Next().TotalSeconds));
    }

    [Fact]
    public void A_process_that_lived_long_begins_anew_and_one_that_did_not_goes_on()
    {
        var pauses = new RestartPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        pauses.Next();
        var due = pauses.Next();
        Assert.Equal(2, pauses.NextAfter(TimeSpan.FromSeconds(10), due).TotalSeconds);
        Assert.Equal(1, pauses.NextAfter(TimeSpan.FromSeconds(11), due).TotalSeconds);
        Assert.Equal(2, pauses.Next().TotalSeconds);
    }

    [Fact]
    public void A_first_pause_above_the_longest_is_the_longest() =>
        Assert.Equal(TimeSpan.FromSeconds(1), new RestartPauses(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1)).Next());
}
