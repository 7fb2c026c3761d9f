using Hallmark.Core.Events;
using Hallmark.Core.Signatures;
using Hallmark.Home;
using Hallmark.Inference.Agent;
using Hallmark.Mlflow.Events;

namespace Hallmark.Cli.Commands;

/// <summary>This home's ledger for an agent: a session for each round, so that settings and keys are read anew and other commands can record in between.</summary>
internal sealed class SessionAgentLedger(Func<Session> open) : IAgentLedger
{
    private HashSet<string> _ownKeys = [];

    /// <inheritdoc />
    public async Task<T> ReadAsync<T>(Func<IEventLogReader?, Task<T>> read, CancellationToken cancellationToken)
    {
        var session = open();
        await using (session.ConfigureAwait(false))
        {
            return await read(session.FindLedger()).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task WriteAsync(Func<IEventLog, ISigner, Task> write, CancellationToken cancellationToken)
    {
        var session = open();
        await using (session.ConfigureAwait(false))
        {
            await write(await session.PrepareLedgerAsync(cancellationToken).ConfigureAwait(false), session.OpenSigner())
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<string?> FindTransactionAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken)
    {
        var session = open();
        await using (session.ConfigureAwait(false))
        {
            return session.DescribeUploads(new RecorderOptions()).FindTransaction is { } find
                ? await find(envelope, cancellationToken).ConfigureAwait(false)
                : null;
        }
    }

    /// <inheritdoc />
    public async Task<bool> IsOwnKeyAsync(string publicKeyHex)
    {
        if (_ownKeys.Contains(publicKeyHex))
        {
            return true;
        }

        // A key that was made since the last look.
        var session = open();
        await using (session.ConfigureAwait(false))
        {
            _ownKeys = [.. session.Keys.List().Select(key => key.PublicKeyHex).OfType<string>(), session.PrepareSigner().PublicKey.Hex];
        }

        return _ownKeys.Contains(publicKeyHex);
    }
}
