using System.Globalization;
using System.Text.Json.Nodes;

namespace Hallmark.Home;

/// <summary>What came of going through the outbox, and what is still in it. Work that waits is not lost: the event itself is durable already.</summary>
/// <param name="Done">Pieces of work that are done.</param>
/// <param name="Postponed">Pieces that could not be done now.</param>
/// <param name="Buried">Pieces that were given up now.</param>
/// <param name="Waiting">Pieces that wait, from before too.</param>
/// <param name="LastError">Why the oldest waiting piece could not be done, or null.</param>
public sealed record OutboxReport(int Done, int Postponed, int Buried, long Waiting, string? LastError)
{
    /// <summary>In words.</summary>
    public string Describe() =>
        (Waiting, Buried) switch
        {
            (0, 0) => "all done",
            (_, 0) => string.Create(
                CultureInfo.InvariantCulture,
                $"{Waiting} waiting ({LastError ?? "not due yet"}); kept in the outbox, next: hallmark outbox drain"
            ),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{Buried} refused ({LastError ?? "see hallmark outbox list"}); kept, next: hallmark outbox list"
            ),
        };

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["done"] = Done,
            ["postponed"] = Postponed,
            ["given_up"] = Buried,
            ["waiting"] = Waiting,
            ["last_error"] = LastError,
        };
}
