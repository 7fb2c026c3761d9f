using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Ledger;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Real processes that append, prepare, send and store, killed around the moment of the upload; the bundler counts.</summary>
public sealed class UploadCrashTests : IDisposable
{
    // 1,000 take some minutes; so many are the rule where every change is tested.
    private const string KillsVariable = "HALLMARK_UPLOAD_KILLS";
    private const int UsualKills = 80;

    private readonly TemporaryFolder _home = new();
    private readonly Random _random = new(20261121);
    private readonly Random _moments = new(20261122); // of its own, so that as many of each kind come whatever the machine's pace
    private readonly ConcurrentDictionary<string, bool> _hiddenOnce = new();
    private readonly ConcurrentDictionary<string, int> _uploadsOf = new();
    private readonly SemaphoreSlim _handled = new(0);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _writer;
    private Moment _moment;
    private int _killsAtUploads;
    private int _killsAfterTaken;

    private enum Moment
    {
        Any,
        BeforeTheItemIsTaken,
        AfterTheItemIsTaken,
        AfterTheAnswer,
        SoonAfterTheAnswer,
    }

    private string Folder => Path.Combine(_home.Path, "ledger");

    public void Dispose()
    {
        _home.Dispose();
        _handled.Dispose();
        _turn.Dispose();
    }

    [Fact]
    public async Task However_often_the_writer_is_killed_around_its_uploads_each_work_is_uploaded_once_and_none_is_lost()
    {
        var kills = Environment.GetEnvironmentVariable(KillsVariable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : UsualKills;
        await using var bundler = await TurboServer.StartAsync();
        bundler.Intercept = context => AnswerAsync(bundler, context);
        for (var kill = 0; kill < kills; kill++)
        {
            // One in ten dies at any moment, the others at an upload.
            _moment = _moments.Next(10) == 0 ? Moment.Any : (Moment)_moments.Next(1, 5);
            using var writer = _writer = Start(bundler, "append");
            if (_moment is Moment.Any)
            {
                await Task.Delay(_random.Next(600));
                writer.Kill();
            }
            else
            {
                var isHandled = await _handled.WaitAsync(TimeSpan.FromMinutes(5));
                Assert.True(isHandled, $"life {kill} uploads nothing{(writer.HasExited ? $", and ended with {writer.ExitCode}" : "")}");
            }

            await writer.WaitForExitAsync();

            // What was on the wire is taken or dropped before the next life asks for it.
            await _turn.WaitAsync();
            _turn.Release();
        }

        _moment = Moment.Any;
        using (var last = Start(bundler, "finish"))
        {
            await last.WaitForExitAsync();
            Assert.Equal(0, last.ExitCode);
        }

        await CheckAsync(bundler, kills);
    }

    [Fact]
    public async Task Several_processes_that_send_from_one_outbox_at_the_same_time_upload_each_work_once()
    {
        await using var bundler = await TurboServer.StartAsync();
        bundler.Intercept = async context =>
        {
            if (context.Request.Method == "POST" && bundler.Items.Count >= 20)
            {
                _handled.Release();
            }

            await Task.Yield();
            return false;
        };
        using (var appending = Start(bundler, "append"))
        using (var finishing = Start(bundler, "finish"))
        {
            using var other = Start(bundler, "append");
            await _handled.WaitAsync(TimeSpan.FromMinutes(2));
            appending.Kill();
            other.Kill();
            await Task.WhenAll(appending.WaitForExitAsync(), other.WaitForExitAsync(), finishing.WaitForExitAsync());
        }

        using var last = Start(bundler, "finish");
        await last.WaitForExitAsync();
        Assert.Equal(0, last.ExitCode);
        Assert.True(bundler.Uploads.Count >= 20, $"only {bundler.Uploads.Count} were sent");
        Assert.All(bundler.Uploads, upload => Assert.Equal(1, upload.Value));
        var sent = bundler
            .Items.Values.Select(bytes => Encoding.UTF8.GetString(DataItem.Parse(bytes).Data.Span))
            .Order(StringComparer.Ordinal);
        Assert.Equal((await EnvelopesAsync()).Order(StringComparer.Ordinal), sent);
    }

    private async Task<List<string>> EnvelopesAsync()
    {
        using var reader = LedgerReader.Open(Folder);
        var envelopes = new List<string>();
        await foreach (var entry in reader.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            envelopes.Add(Encoding.UTF8.GetString(entry.Envelope.Span));
        }

        return envelopes;
    }

    private async Task CheckAsync(TurboServer bundler, int kills)
    {
        Assert.True(_killsAtUploads > kills * 3 / 4, $"only {_killsAtUploads} kills hit an upload");
        Assert.True(_killsAfterTaken > kills / 2, $"only {_killsAfterTaken} kills came between send and store");
        Assert.All(bundler.Uploads, upload => Assert.Equal(1, upload.Value));
        using var reader = LedgerReader.Open(Folder);
        var entries = 0;
        await foreach (var entry in reader.ReadRangeAsync(0, long.MaxValue, CancellationToken.None))
        {
            entries++;
            var digest = Digest.Compute(DigestAlgorithm.Sha256, entry.Envelope.Span);
            Assert.Equal(1, _uploadsOf.GetValueOrDefault(digest.Hex));
            var receipt = await reader.Receipts.FindAsync(digest, "arweave", CancellationToken.None);
            Assert.Equal(ReceiptState.Submitted, receipt!.State);
            Assert.True(bundler.Items.ContainsKey(receipt.Reference!), "the receipt is of an item that was never sent");
        }

        Assert.Equal(entries, _uploadsOf.Count);
        Assert.True(entries > kills / 2, $"only {entries} events in {kills} lives");
    }

    private async Task<bool> AnswerAsync(TurboServer bundler, HttpContext context)
    {
        if (context.Request.Method != "POST")
        {
            return IsHidden(context);
        }

        await _turn.WaitAsync();
        try
        {
            await TakeAsync(bundler, context, _moment);
        }
        finally
        {
            _turn.Release();
        }

        return true;
    }

    private async Task TakeAsync(TurboServer bundler, HttpContext context, Moment moment)
    {
        if (moment is Moment.BeforeTheItemIsTaken)
        {
            await KillAsync();
        }

        var item = await bundler.TryTakeAsync(context);
        if (item is not null)
        {
            _uploadsOf.AddOrUpdate(Digest.Compute(DigestAlgorithm.Sha256, item.Data.Span).Hex, 1, (_, count) => count + 1);
            _killsAfterTaken += moment is Moment.Any ? 0 : 1;
            if (_random.Next(4) == 0)
            {
                _hiddenOnce[item.Id] = true;
            }
        }

        if (moment is Moment.AfterTheItemIsTaken)
        {
            await KillAsync();
        }

        if (item is null || moment is Moment.BeforeTheItemIsTaken or Moment.AfterTheItemIsTaken)
        {
            context.Abort();
        }
        else
        {
            await bundler.PromiseAsync(context, item);
        }

        if (moment is Moment.AfterTheAnswer or Moment.SoonAfterTheAnswer)
        {
            await Task.Delay(moment is Moment.AfterTheAnswer ? 0 : _random.Next(1, 6));
            await KillAsync();
        }
    }

    // Just after an upload the service may not know the item yet.
    private bool IsHidden(HttpContext context)
    {
        var isHidden = context.Request.Path.Value!.Split('/') is ["", "v1", "tx", var id, "status"] && _hiddenOnce.TryRemove(id, out _);
        if (isHidden)
        {
            context.Response.StatusCode = 404;
        }

        return isHidden;
    }

    private async Task KillAsync()
    {
        // The next upload is the next life's.
        _moment = Moment.Any;
        _killsAtUploads++;
        _writer!.Kill();
        await _writer.WaitForExitAsync();
        _handled.Release();
    }

    private Process Start(TurboServer bundler, string what)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace("Hallmark.Anchors.Tests", "Hallmark.Anchors.CrashWriter", StringComparison.Ordinal),
            "Hallmark.Anchors.CrashWriter.dll"
        );
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet"
        )
        {
            UseShellExecute = false,
        };
        foreach (var argument in new[] { program, Folder, bundler.Address.ToString(), TurboServer.BundlerAddress, what })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!; // ! a process of its own always starts anew
    }
}
