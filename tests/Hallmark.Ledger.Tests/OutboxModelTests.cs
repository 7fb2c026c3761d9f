using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Outbox;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>
/// An outbox beside a list: whatever is put in, done, refused, put off, revived or closed and opened again in whatever order, the outbox holds what the list holds, and each
/// piece was handed to its handler exactly as often as the list says.
/// </summary>
public sealed class OutboxModelTests
{
    private const int Steps = 45;
    private static readonly Config Some = Config.QuickThrowOnFailure.WithMaxTest(8).WithReplay(20261121, 7);
    private static readonly OutboxOptions Options = new()
    {
        MaxAttempts = 5,
        MaxAge = TimeSpan.FromDays(1),
        MinAttempts = 2,
        BreakAfter = 2,
    };
    private static readonly string[] Kinds = ["mail", "one-place", "nobody-does-it"];

    [Fact]
    public void Any_sequence_of_work_failures_and_restarts_leaves_what_a_plain_list_would_hold() =>
        Check.One(Some, Prop.ForAll<int>(seed => RunAsync(new System.Random(seed)).GetAwaiter().GetResult()));

    private static async Task RunAsync(System.Random random)
    {
        using var home = new TemporaryFolder();
        var folder = Path.Combine(home.Path, "ledger");
        var time = new MovableTime();
        var model = new List<Piece>();
        var handlers = new[] { new Handler("mail", hasOneDestination: false), new Handler("one-place", hasOneDestination: true) };
        var ledger = await OpenAsync();
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                switch (random.Next(10))
                {
                    case 0:
                        var works = Enumerable.Range(0, random.Next(4)).Select(i => Work(random, $"{step}-{i}")).ToArray();
                        var entry = await ledger.AppendAsync(TestLedger.Event($"e{step}", work: works), default);
                        var last = await ledger.Outbox.Reader.FindAsync(null, null, 10_000, default) is [.., var newest] ? newest.Id : 0;
                        model.AddRange(works.Select((work, i) => Piece.New(last - works.Length + 1 + i, work, entry.Index, time)));
                        break;
                    case 1 or 2:
                        var single = Work(random, $"{step}");
                        model.Add(Piece.New(await ledger.Outbox.AddAsync(single, default), single, null, time));
                        break;
                    case 3:
                        time.Advance(TimeSpan.FromMinutes(random.Next(1, 600)));
                        break;
                    case 4:
                        time.Advance(TimeSpan.FromSeconds(random.Next(1, 5)));
                        break;
                    case 5 when model.Count > 0:
                        var chosen = model[random.Next(model.Count)];
                        Assert.True(await ledger.Outbox.RetryAsync(chosen.Id, default));
                        chosen.Revive(time);
                        break;
                    case 6:
                        var kind = random.Next(2) == 0 ? null : Kinds[random.Next(Kinds.Length)];
                        var dead = model.Where(piece => piece.State is OutboxState.Dead && (kind ?? piece.Kind) == piece.Kind).ToList();
                        Assert.Equal(dead.Count, await ledger.Outbox.RetryDeadAsync(kind, default));
                        dead.ForEach(piece => piece.Revive(time));
                        break;
                    case 7:
                        await ledger.DisposeAsync();
                        ledger = await OpenAsync();
                        break;
                    default:
                        await DrainAsync(ledger, model, handlers, random, time);
                        break;
                }

                await CompareAsync(ledger, model);
            }
        }
        finally
        {
            await ledger.DisposeAsync();
        }

        // What a reader that holds no lock sees is the same.
        using var reader = LedgerReader.Open(folder);
        Assert.Equal(
            model.Select(piece => (piece.Id, piece.State)).Order(),
            (await reader.Outbox.FindAsync(null, null, 10_000, default)).Select(item => (item.Id, item.State))
        );

        Task<EventLedger> OpenAsync() => EventLedger.OpenAsync(TestLedger.Options(folder), TestLedger.Key, time, default);
    }

    private static async Task DrainAsync(EventLedger ledger, List<Piece> model, Handler[] handlers, System.Random random, MovableTime time)
    {
        var expected = new OutboxDrain(0, 0, 0);
        foreach (var handler in handlers)
        {
            handler.Mood = (Mood)random.Next((int)Mood.Waits + 1);
            handler.Bodies.Clear();
            handler.Expected.Clear();
            expected = Foresee(handler, model, expected, time.GetUtcNow());
        }

        using var runner = new OutboxRunner(ledger.Outbox, handlers, Options, time, new HalfRandom());
        Assert.Equal(expected, await runner.DrainAsync(default));
        Assert.All(handlers, handler => Assert.Equal(handler.Expected, handler.Bodies));
    }

    // What a drain does, by the documentation of the runner and of its options.
    private static OutboxDrain Foresee(Handler handler, List<Piece> model, OutboxDrain drain, DateTimeOffset now)
    {
        var unanswered = 0;
        foreach (
            var piece in model
                .Where(piece => piece.Kind == handler.Kind && piece.State is not OutboxState.Dead && piece.DueAt <= now)
                .OrderBy(piece => piece.DueAt)
                .ThenBy(piece => piece.State is OutboxState.Waiting)
                .ThenBy(piece => piece.Id)
                .ToList()
        )
        {
            handler.Expected.Add(piece.Body);
            switch (handler.Mood)
            {
                case Mood.Does:
                    model.Remove(piece);
                    drain = drain with { Done = drain.Done + 1 };
                    break;
                case Mood.Waits:
                    (piece.State, piece.Attempts, piece.DueAt, piece.Error) = (OutboxState.Waiting, 0, now + Handler.Pause, "a block");
                    drain = drain with { Waiting = drain.Waiting + 1 };
                    break;
                case Mood.Refuses:
                    (piece.State, piece.Attempts, piece.Error) = (OutboxState.Dead, piece.Attempts + 1, "never");
                    drain = drain with { Buried = drain.Buried + 1 };
                    break;
                default:
                    var error = handler.Mood is Mood.Breaks ? nameof(InvalidOperationException) : "closed";
                    var before = piece.Attempts;
                    (piece.Attempts, piece.Error) = (before + 1, error);
                    if (
                        piece.Attempts >= Options.MaxAttempts
                        || (piece.Attempts >= Options.MinAttempts && now - piece.CreatedAt >= Options.MaxAge)
                    )
                    {
                        piece.State = OutboxState.Dead;
                        drain = drain with { Buried = drain.Buried + 1 };
                    }
                    else
                    {
                        (piece.State, piece.DueAt) = (OutboxState.Pending, now + PauseAfter(before, handler.Mood));
                        drain = drain with { Postponed = drain.Postponed + 1 };
                    }

                    unanswered = handler.Mood is Mood.Breaks ? 0 : unanswered + 1;
                    if (handler.HasOneDestination && unanswered > 0 && (unanswered >= 2 || before >= 2))
                    {
                        var until = now + PauseAfter(before, handler.Mood);
                        foreach (var other in model.Where(other => other.Kind == handler.Kind && other.State is not OutboxState.Dead))
                        {
                            (other.DueAt, other.Error) = other.DueAt < until ? (until, error) : (other.DueAt, other.Error);
                        }

                        return drain;
                    }

                    break;
            }
        }

        return drain;
    }

    private static TimeSpan PauseAfter(int attempts, Mood mood)
    {
        var own = TimeSpan.FromSeconds(0.75 * Math.Pow(2, attempts));
        return mood is Mood.AsksForQuiet && own < Handler.Quiet ? Handler.Quiet : own;
    }

    private static async Task CompareAsync(EventLedger ledger, List<Piece> model)
    {
        var reader = ledger.Outbox.Reader;
        Assert.Equal(
            model.OrderBy(piece => piece.Id).Select(piece => piece.ToString()),
            (await reader.FindAsync(null, null, 10_000, default)).Select(Describe)
        );
        Assert.Equal(
            model
                .GroupBy(piece => piece.Kind)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new OutboxCount(
                    group.Key,
                    group.Count(piece => piece.State is OutboxState.Pending),
                    group.Count(piece => piece.State is OutboxState.Dead),
                    group.Where(piece => piece.State is OutboxState.Pending).Min(piece => (DateTimeOffset?)piece.CreatedAt),
                    group.Count(piece => piece.State is OutboxState.Waiting)
                )),
            await reader.CountAsync(default)
        );
        var goesOn = model.Where(piece => piece.State is not OutboxState.Dead).ToList();
        Assert.Equal(goesOn.Min(piece => (DateTimeOffset?)piece.DueAt), await reader.FindNextDueAsync(default));
        for (var entry = 0; entry < Math.Min(ledger.Count, 4); entry++)
        {
            Assert.Equal(
                goesOn.Any(piece => piece.Entry == entry && piece.Kind == "mail"),
                await reader.HasWorkAsync("mail", entry, default)
            );
        }

        foreach (var state in Enum.GetValues<OutboxState>())
        {
            Assert.Equal(
                model.Where(piece => piece.State == state && piece.Kind == "mail").Select(piece => piece.Id).Order().Take(2),
                (await reader.FindAsync(state, "mail", 2, default)).Select(item => item.Id)
            );
        }
    }

    private static string Describe(OutboxItem item) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{item.Id} {item.Work.Kind} {Encoding.UTF8.GetString(item.Work.Body.Span)} {item.EntryIndex} {item.State} {item.Attempts} {item.CreatedAt:O} {item.DueAt:O} {item.LastError}"
        );

    private static OutboxWork Work(System.Random random, string body) =>
        new(Kinds[random.Next(Kinds.Length)], Encoding.UTF8.GetBytes(body));

    private sealed class Piece
    {
        public required long Id { get; init; }

        public required string Kind { get; init; }

        public required string Body { get; init; }

        public long? Entry { get; init; }

        public OutboxState State { get; set; }

        public int Attempts { get; set; }

        public DateTimeOffset CreatedAt { get; private set; }

        public DateTimeOffset DueAt { get; set; }

        public string? Error { get; set; }

        public static Piece New(long id, OutboxWork work, long? entry, MovableTime time) =>
            new()
            {
                Id = id,
                Kind = work.Kind,
                Body = Encoding.UTF8.GetString(work.Body.Span),
                Entry = entry,
                CreatedAt = time.GetUtcNow(),
                DueAt = time.GetUtcNow(),
            };

        public void Revive(MovableTime time) =>
            (State, Attempts, CreatedAt, DueAt) = (OutboxState.Pending, 0, time.GetUtcNow(), time.GetUtcNow());

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Id} {Kind} {Body} {Entry} {State} {Attempts} {CreatedAt:O} {DueAt:O} {Error}");
    }

    private enum Mood
    {
        Does,
        IsAway,
        AsksForQuiet,
        Refuses,
        Breaks,
        Waits,
    }

    private sealed class Handler(string kind, bool hasOneDestination) : IOutboxHandler
    {
        public static readonly TimeSpan Pause = TimeSpan.FromMinutes(7);
        public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

        public string Kind => kind;

        public bool HasOneDestination => hasOneDestination;

        public Mood Mood { get; set; }

        public List<string> Bodies { get; } = [];

        public List<string> Expected { get; } = [];

        public Task<OutboxResult> HandleAsync(OutboxWork work, CancellationToken cancellationToken)
        {
            Bodies.Add(Encoding.UTF8.GetString(work.Body.Span));
            return Mood switch
            {
                Mood.Does => Task.FromResult(OutboxResult.Done),
                Mood.Waits => Task.FromResult(OutboxResult.NotYet(Pause, "a block")),
                Mood.Refuses => throw new BadInputException("never"),
                Mood.Breaks => throw new InvalidOperationException("with a secret in it"),
                Mood.AsksForQuiet => throw new UnavailableException("closed") { RetryAfter = Quiet },
                _ => throw new UnavailableException("closed"),
            };
        }
    }

    /// <summary>Always the middle: pauses are three quarters of the doubled one.</summary>
    private sealed class HalfRandom : System.Random
    {
        public override double NextDouble() => 0.5;
    }
}
