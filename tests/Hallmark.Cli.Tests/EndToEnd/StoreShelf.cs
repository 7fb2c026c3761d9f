namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>One copy of each store for all tests of a class, with its run <c>tuned</c> anchored; every test leaves it as it was.</summary>
public sealed class StoreShelf : IAsyncLifetime
{
    private readonly Dictionary<string, RealStore> _stores = [];

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The copy; made and anchored on first use.</summary>
    internal async Task<RealStore> TakeAsync(string name)
    {
        if (!_stores.TryGetValue(name, out var store))
        {
            store = await RealStore.CopyAsync(name);
            _stores.Add(name, store);
            await store.Shell.DoneAsync("anchor", "run", store.Tuned);
            await store.Shell.DoneAsync("verify", "run", store.Tuned);
        }

        return store;
    }

    public async Task DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            await store.DisposeAsync();
        }
    }
}
