using System.Buffers;
using System.IO.Pipelines;
using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.Admission;

/// <summary>A request's body, whole, in a rented buffer that counts against the budget until it is disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstRent = 4_096;
    private readonly BodyBudget _budget;
    private byte[] _buffer = [];
    private int _length;

    private RequestBody(BodyBudget budget) => _budget = budget;

    /// <summary>The bytes; gone with disposal.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads a body.</summary>
    /// <exception cref="RefusedRequestException">413: larger than allowed. 408: slower than allowed. 429: no room for it now. 400: two lengths.</exception>
    /// <exception cref="BadHttpRequestException">The listener refuses it.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context, ScoringLimits limits, BodyBudget budget, TimeProvider time)
    {
        var request = context.Request;
        if (request.ContentLength > limits.MaxBodySizeInBytes)
        {
            throw TooLarge(limits);
        }

        var body = new RequestBody(budget);
        try
        {
            body.Grow((int)(request.ContentLength ?? FirstRent));

            // Most bodies come with their headers: no clock is needed for what is there already.
            while (request.BodyReader.TryRead(out var read))
            {
                if (body.IsWholeAfter(read, request.BodyReader, limits))
                {
                    return body;
                }
            }

            await body.FillAsync(context, limits, time).ConfigureAwait(false);
            return body;
        }
        catch (IOException failure) when (failure.InnerException is OverflowException)
        {
            // The listener has no better word for a chunk whose size has more digits than it can count with.
            body.Dispose();
            context.Response.Headers.Connection = "close";
            throw RefusedRequestException.BadRequest("the request is not well-formed HTTP");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _budget.Give(_buffer.Length);
            _buffer = [];
            _length = 0;
        }
    }

    private static RefusedRequestException TooLarge(ScoringLimits limits) =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            "BAD_REQUEST",
            $"the body is larger than the {limits.MaxBodySizeInBytes} bytes that this server takes"
        );

    private async Task FillAsync(HttpContext context, ScoringLimits limits, TimeProvider time)
    {
        using var late = new CancellationTokenSource(limits.BodyTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        var reader = context.Request.BodyReader;
        try
        {
            while (!IsWholeAfter(await reader.ReadAsync(either.Token).ConfigureAwait(false), reader, limits)) { }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // What still comes must not be taken for the next request.
            context.Response.Headers.Connection = "close";
            throw new RefusedRequestException(
                StatusCodes.Status408RequestTimeout,
                "BAD_REQUEST",
                $"the body was not there after {limits.BodyTime.TotalSeconds:0.###} s"
            );
        }
    }

    private bool IsWholeAfter(ReadResult read, PipeReader reader, ScoringLimits limits)
    {
        var arrived = (int)Math.Min(read.Buffer.Length, int.MaxValue);
        if (arrived > limits.MaxBodySizeInBytes - _length)
        {
            throw TooLarge(limits);
        }

        Grow(_length + arrived);
        read.Buffer.CopyTo(_buffer.AsSpan(_length));
        _length += arrived;
        reader.AdvanceTo(read.Buffer.End);
        return read.IsCompleted;
    }

    private void Grow(int needed)
    {
        if (needed <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * _buffer.Length, int.MaxValue / 2)));
        if (!_budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw RefusedRequestException.Full("too many bytes of requests are at hand already");
        }

        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _budget.Give(_buffer.Length);
        }

        _buffer = larger;
    }
}
