using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.RestStore;

/// <summary>An artifact as it comes from the server: exactly as many bytes as were announced, and never a wait without end.</summary>
internal sealed class ArtifactStream(string path, Stream body, HttpResponseMessage response, long announced, MlflowHttp http) : Stream
{
    private const int SlowestBytesPerSecond = 1024;
    private readonly TimeSpan _patience = http.IdleTimeout + TimeSpan.FromSeconds((double)announced / SlowestBytesPerSecond);
    private long _read;
    private TimeSpan _waited;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        // A byte now and then would keep us for years.
        var left = _patience > _waited ? _patience - _waited : TimeSpan.Zero;
        using var limit = new AttemptLimit(left < http.IdleTimeout ? left : http.IdleTimeout, http.Time, cancellationToken);
        var begun = http.Time.GetTimestamp();
        try
        {
            return Count(await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw http.Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MlflowUnavailableException(
                $"the MLflow server stopped sending the artifact '{TextFromServer.Clean(path, 200)}', or sends it slower than {SlowestBytesPerSecond} bytes a second",
                e
            );
        }
        finally
        {
            _waited += http.Time.GetElapsedTime(begun);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return count == 0 ? 0 : Count(body.Read(buffer, offset, count));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw http.Unreachable(e);
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        response.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int count)
    {
        _read += count;
        if (_read > announced || (count == 0 && _read < announced))
        {
            throw new MlflowFormatException(
                $"the MLflow server lists the artifact '{TextFromServer.Clean(path, 200)}' with {announced} bytes but sends {(_read > announced ? "more" : $"only {_read}")}",
                "it may have been written to at this moment; try again"
            );
        }

        return count;
    }
}
