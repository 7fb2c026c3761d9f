using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hallmark.Anchors.OpenTimestamps.Calendars;
using Hallmark.Anchors.OpenTimestamps.Proofs;
using Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Calendars;

/// <summary>A calendar server: the three routes, promises at once, and proofs once it has written to a chain.</summary>
internal sealed class TestCalendar : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _attested = new(StringComparer.Ordinal);
    private LoopbackServer? _server;

    public string Address => _server!.Address; // ! set by StartAsync

    /// <summary>The address that its promises name; its own unless set.</summary>
    public string Name
    {
        get => field ?? Address;
        set;
    }

    public Uri Uri => new(Address);

    public IReadOnlyList<AskedRequest> Asked => _server!.Asked; // ! set by StartAsync

    /// <summary>Every digest that was posted.</summary>
    public ConcurrentQueue<byte[]> Posted { get; } = new();

    /// <summary>What it does instead of answering, if anything.</summary>
    public RequestDelegate? Misbehaviour { get; set; }

    public static async Task<TestCalendar> StartAsync()
    {
        var calendar = new TestCalendar();
        calendar._server = await LoopbackServer.StartAsync(calendar.AnswerAsync);
        return calendar;
    }

    /// <summary>Writes all that waits to a chain, as one transaction.</summary>
    public async Task AttestAsync(ITimestampChain chain)
    {
        var commitments = _waiting.Values.ToList();
        var join = new MerkleJoin([.. commitments.Select(SHA256.HashData)]);
        var block = await chain.WriteAsync([.. join.Tip]);
        for (var index = 0; index < commitments.Count; index++)
        {
            var key = Convert.ToHexStringLower(commitments[index]);
            _attested[key] = ProofOf(commitments[index], [TimestampOperation.Sha256, .. join.PathOf(index)], block).ToArray();
            _waiting.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets its proofs, as after a reorganisation, and waits with all of them again.</summary>
    public void Forget()
    {
        foreach (var key in _attested.Keys)
        {
            _waiting[key] = Convert.FromHexString(key);
            _attested.TryRemove(key, out _);
        }
    }

    /// <summary>Loses every promise, as after a disk that died.</summary>
    public void Lose()
    {
        _waiting.Clear();
        _attested.Clear();
    }

    /// <summary>Gives out, for every commitment, the proof of another one: the bytes of a real answer that do not belong here.</summary>
    public void Mix()
    {
        var other = Timestamp.Over([1], [TimestampOperation.Sha256], Timestamp.Attested(SHA256.HashData([1]), TimeAttestation.Bitcoin(1)));
        foreach (var key in _waiting.Keys)
        {
            _attested[key] = other.ToArray();
        }
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync(); // ! set by StartAsync

    private static Timestamp ProofOf(byte[] commitment, List<TimestampOperation> toTip, AttestingBlock block)
    {
        var path = new List<TimestampOperation>([
            .. toTip,
            TimestampOperation.Prepend(block.Prefix),
            TimestampOperation.Append(block.Suffix),
            TimestampOperation.Sha256,
            TimestampOperation.Sha256,
        ]);
        var level = block.TransactionIds;
        for (var index = block.Index; level.Count > 1; index /= 2)
        {
            var neighbour = level[Math.Min(index ^ 1, level.Count - 1)];
            path.Add(index % 2 == 0 ? TimestampOperation.Append(neighbour) : TimestampOperation.Prepend(neighbour));
            path.Add(TimestampOperation.Sha256);
            path.Add(TimestampOperation.Sha256);
            level = [.. level.Chunk(2).Select(static pair => SHA256.HashData(SHA256.HashData([.. pair[0], .. pair[^1]])))];
        }

        var root = path.Aggregate(
            commitment,
            static (message, operation) =>
                operation.TryApply(message, out var result) ? result : throw new InvalidOperationException(operation.ToString())
        );
        return Timestamp.Over(commitment, path, Timestamp.Attested(root, TimeAttestation.Bitcoin(block.Height)));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Misbehaviour is { } misbehaviour)
        {
            await misbehaviour(context);
            return;
        }

        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("POST", "/digest") when context.Request.ContentLength is > 0 and <= 64:
                using (var body = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(body);
                    context.Response.ContentType = "application/octet-stream";
                    await context.Response.Body.WriteAsync(Promise(body.ToArray()));
                }

                break;
            case ("GET", "/tip"):
                context.Response.StatusCode = 404;
                break;
            case ("GET", { } path) when path.StartsWith("/timestamp/", StringComparison.Ordinal):
                await AnswerTimestampAsync(context, path["/timestamp/".Length..]);
                break;
            default:
                context.Response.StatusCode = 400;
                break;
        }
    }

    private async Task AnswerTimestampAsync(HttpContext context, string commitment)
    {
        if (_attested.TryGetValue(commitment, out var proof))
        {
            context.Response.ContentType = "application/octet-stream";
            await context.Response.Body.WriteAsync(proof);
            return;
        }

        context.Response.StatusCode = 404;
        await context.Response.WriteAsync(_waiting.ContainsKey(commitment) ? "Pending confirmation in Bitcoin blockchain" : "Not found");
    }

    private byte[] Promise(byte[] digest)
    {
        Posted.Enqueue(digest);
        var (nonce, mac) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(8));
        byte[] time = [0x6b, 0x00, 0xe3, 0xa9];
        byte[] commitment = [.. time, .. SHA256.HashData([.. digest, .. nonce]), .. mac];
        _waiting[Convert.ToHexStringLower(commitment)] = commitment;
        return Timestamp
            .Over(
                digest,
                [
                    TimestampOperation.Append(nonce),
                    TimestampOperation.Sha256,
                    TimestampOperation.Prepend(time),
                    TimestampOperation.Append(mac),
                ],
                Timestamp.Attested(commitment, TimeAttestation.Pending(Name))
            )
            .ToArray();
    }
}
