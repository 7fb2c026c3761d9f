using System.Globalization;
using System.Text.Json.Nodes;

namespace Hallmark.Home;

/// <summary>What came of going through the outbox, and what is still in it. Nothing in it is lost: the events themselves are durable already.</summary>
/// <param name="Done">Pieces of work that are done.</param>
/// <param name="Postponed">Pieces that could not be done now.</param>
/// <param name="Buried">Pieces that were given up now.</param>
/// <param name="ToDo">Pieces that are still to be done, from before too.</param>
/// <param name="Waiting">Pieces that were handed over and wait for the world, from before too: no failure.</param>
/// <param name="GivenUp">Pieces that were given up, from before too.</param>
/// <param name="LastError">Why the oldest piece that is to be done or was given up could not be done, or null.</param>
public sealed record OutboxReport(int Done, int Postponed, int Buried, long ToDo, long Waiting, long GivenUp, string? LastError)
{
    /// <summary>3 where something is still to be done or was given up; 0 where nothing is left but what waits for the world.</summary>
    public int ExitCode => ToDo + GivenUp > 0 ? 3 : 0;

    /// <summary>In words.</summary>
    public string Describe()
    {
        var parts = new List<string>();
        if (Buried > 0)
        {
            parts.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Buried} refused ({LastError ?? "see hallmark outbox list"}); kept, next: hallmark outbox list"
                )
            );
        }
        else if (ToDo > 0)
        {
            parts.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{ToDo} to do ({LastError ?? "not due yet"}); kept in the outbox, next: hallmark outbox drain"
                )
            );
        }

        if (Waiting > 0)
        {
            parts.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Waiting} handed over and waiting for the world, next: hallmark receipts list"
                )
            );
        }

        if (Buried == 0 && GivenUp > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{GivenUp} given up earlier, next: hallmark outbox list"));
        }

        return parts.Count == 0 ? "all done" : string.Join("; ", parts);
    }

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["done"] = Done,
            ["postponed"] = Postponed,
            ["refused"] = Buried,
            ["to_do"] = ToDo,
            ["waiting"] = Waiting,
            ["given_up"] = GivenUp,
            ["last_error"] = LastError,
        };
}
