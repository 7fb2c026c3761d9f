using Hallmark.Core.Events;
using Hallmark.Home.Settings;
using Hallmark.Mlflow.Events;
using Hallmark.Testing;

namespace Hallmark.Home.Tests;

/// <summary>A home of one test's own, its clock, and files recorded into it.</summary>
internal sealed class HomeScene : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public MovableClock Clock { get; } = new();

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public HomeFolder Home => HomeFolder.Find(Path.Combine(Folder.Path, "home"), new Dictionary<string, string>());

    public Session Open(HallmarkSettings? settings = null, bool isOffline = false, TimeProvider? time = null, string? trackingUri = null)
    {
        Environment["HOME"] = Folder.Path;
        return new(
            new SessionOptions
            {
                Home = Home,
                Settings = settings ?? new HallmarkSettings(),
                Environment = Environment,
                Time = time ?? Clock,
                IsOffline = isOffline,
                TrackingUri = trackingUri,
            }
        );
    }

    /// <summary>Records a file of this content; the work of its anchors becomes durable with it, and is not done yet.</summary>
    public async Task<LoggedEntry> RecordAsync(Session session, string content)
    {
        var file = Folder.File(content + ".txt");
        await File.WriteAllTextAsync(file, content);
        var facts = await ContentReading.ReadAsync(file, null, false, null, CancellationToken.None);
        var log = await session.PrepareLedgerAsync(CancellationToken.None);
        var recorded = await new ContentRecorder(session.OpenSigner(), log, new RandomEventIds(), Clock).RecordAsync(
            facts,
            new RecordOptions(),
            CancellationToken.None
        );
        return recorded.Entry;
    }

    public string Vault(string name) => Directory.CreateDirectory(Path.Combine(Folder.Path, name)).FullName;

    public CheckpointFileSettings VaultAnchor(string name, TimeSpan every = default) =>
        new()
        {
            Name = name,
            Folder = Vault(name),
            Every = every,
        };

    public void Dispose() => Folder.Dispose();
}
