using System.Text;
using Hallmark.Core.Events;
using Hallmark.Home;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary>Opens what records events. Key and ledger of a new home are made only when there is something to record: what is refused leaves nothing behind.</summary>
internal static class Recorders
{
    /// <summary>A recorder of MLflow events; what an earlier command left in the outbox stays for the next drain.</summary>
    public static async Task<MlflowEventRecorder> OpenAsync(CommandHost host, Session session, CancellationToken token)
    {
        var store = session.OpenStore();
        var ledger = await session.PrepareLedgerAsync(token).ConfigureAwait(false);
        var options = new RecorderOptions
        {
            RenderPage = async prepared =>
                Encoding.UTF8.GetBytes(await EventPage.RenderAsync(prepared, store.TrackingUri, host.Time).ConfigureAwait(false)),
            BeforeChange = session.OpenLedgerAsync,
        };
        return new MlflowEventRecorder(
            store,
            session.PrepareSigner(),
            ledger,
            new RandomEventIds(),
            host.Time,
            session.DescribeUploads(options)
        );
    }

    /// <summary>A recorder of files and folders.</summary>
    public static async Task<ContentRecorder> OpenContentAsync(CommandHost host, Session session, CancellationToken token) =>
        new(session.PrepareSigner(), await session.PrepareLedgerAsync(token).ConfigureAwait(false), new RandomEventIds(), host.Time);
}
