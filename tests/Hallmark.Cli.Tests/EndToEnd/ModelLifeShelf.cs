namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>One life of a model in each store for all tests of a class; every test leaves it as it was.</summary>
public sealed class ModelLifeShelf : IAsyncLifetime
{
    private readonly Dictionary<string, ModelLife> _lives = [];

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The life; lived on first use.</summary>
    internal async Task<ModelLife> TakeAsync(string store)
    {
        if (!_lives.TryGetValue(store, out var life))
        {
            life = await ModelLife.LiveAsync(store);
            _lives.Add(store, life);
        }

        return life;
    }

    public async Task DisposeAsync()
    {
        foreach (var life in _lives.Values)
        {
            await life.DisposeAsync();
        }
    }
}
