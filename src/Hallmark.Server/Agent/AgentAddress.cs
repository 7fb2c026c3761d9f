using System.Globalization;
using System.Net;
using Hallmark.Core.Failures;

namespace Hallmark.Server.Agent;

/// <summary>Where an agent answers: on this machine only, for its answers decide what runs, and its secret goes in the clear.</summary>
public static class AgentAddress
{
    /// <summary>The family's own port on the loopback interface.</summary>
    public static IPEndPoint Default { get; } = new(IPAddress.Loopback, 9847);

    /// <summary>Reads <c>address:port</c>: <c>127.0.0.1:9847</c>, <c>[::1]:9847</c>, <c>localhost:9847</c>; port 0 takes a free one.</summary>
    /// <exception cref="BadInputException">It is no address, or not one of this machine alone.</exception>
    public static IPEndPoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        if (
            colon <= 0
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || FindAddress(text[..colon]) is not { } address
        )
        {
            throw new BadInputException($"\"{text}\" is not an address and a port", "such as 127.0.0.1:9847 or [::1]:9847");
        }

        return IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, port)
            : throw new BadInputException(
                $"the agent answers on the loopback interface only, and {address} is not on it",
                "leave --listen out, or name a port of 127.0.0.1 or [::1]"
            );
    }

    // Names are not looked up: whoever answers for a name would choose the interface.
    private static IPAddress? FindAddress(string host) =>
        host == "localhost" ? IPAddress.Loopback
        : host is ['[', .., ']'] ? (IPAddress.TryParse(host[1..^1], out var six) ? six : null)
        : !host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out var four) ? four
        : null;
}
