namespace Hallmark.Ledger.Tests;

/// <summary>A ledger with one entry that is stuck while it publishes its checkpoint, until it is told to go on: so long no other writer has its turn.</summary>
internal sealed class BusyLedger : IAsyncDisposable
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _mayGoOn = new();
    private Task _publishing = Task.CompletedTask;

    public EventLedger Ledger { get; private set; } = null!; // StartAsync sets it

    public static async Task<BusyLedger> StartAsync(string folder)
    {
        var busy = new BusyLedger();
        busy.Ledger = await TestLedger.OpenAsync(TestLedger.Options(folder) with { CheckpointWork = _ => busy.Block() });
        await busy.Ledger.AppendAsync("busy");
        busy._publishing = Task.Run(() => busy.Ledger.PublishAsync(CancellationToken.None));
        await busy._started.Task;
        return busy;
    }

    public void GoOn() => _mayGoOn.Set();

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _publishing;
        await Ledger.DisposeAsync();
        _mayGoOn.Dispose();
    }

    private IReadOnlyList<Hallmark.Core.Events.OutboxWork> Block()
    {
        _started.TrySetResult();
        _mayGoOn.Wait();
        return [];
    }
}
