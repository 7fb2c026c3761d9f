using System.Net;
using System.Net.Sockets;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>Who listens on a port, by the kernel's own tables: sockets of this process stand for a scoring process's.</summary>
public sealed class PortListenersTests
{
    // "pid (comm) state ppid pgrp session …" (proc(5)).
    private static readonly int OurSession = int.Parse(
        File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[3],
        System.Globalization.CultureInfo.InvariantCulture
    );

    // A container may have none.
    private static bool HasIPv6 => File.Exists("/proc/net/if_inet6") && File.ReadAllText("/proc/net/if_inet6").Length > 0;

    [PeerTheory("setsid")]
    [InlineData("127.0.0.1", nameof(PortListener.Ours))]
    [InlineData("0.0.0.0", nameof(PortListener.OursForEverybody))]
    [InlineData("::1", nameof(PortListener.Ours))]
    [InlineData("::", nameof(PortListener.OursForEverybody))]
    public void What_our_session_listens_on_is_told_apart_by_who_can_reach_it(string address, string expected)
    {
        if (address.Contains(':', StringComparison.Ordinal) && !HasIPv6)
        {
            return;
        }

        using var listener = Listen(address);
        Assert.Equal(Enum.Parse<PortListener>(expected), PortListeners.Find(PortOf(listener), OurSession));
    }

    [PeerFact("setsid")]
    public void A_listener_of_another_session_is_somebody_else()
    {
        using var listener = Listen("127.0.0.1");
        Assert.Equal(PortListener.Foreign, PortListeners.Find(PortOf(listener), OurSession + 1_000_000));
    }

    [PeerFact("setsid")]
    public void A_socket_that_is_bound_and_does_not_listen_is_no_listener()
    {
        using var held = new HeldPort();
        Assert.Equal(PortListener.Foreign, PortListeners.Find(held.Number, OurSession));
    }

    [PeerFact("setsid")]
    public async Task Connections_of_a_port_are_no_listeners_of_it()
    {
        using var listener = Listen("127.0.0.1");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, PortOf(listener));
        var ofClient = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        Assert.Equal(PortListener.Foreign, PortListeners.Find(ofClient, OurSession));
        Assert.Equal(PortListener.Ours, PortListeners.Find(PortOf(listener), OurSession));
    }

    [PeerFact("setsid")]
    public void One_of_two_listeners_on_more_than_the_loopback_interface_is_enough()
    {
        if (!HasIPv6)
        {
            return;
        }

        using var loopback = Listen("127.0.0.1");
        var port = PortOf(loopback);
        using var everybody = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = false };
        everybody.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        everybody.Listen();
        Assert.Equal(PortListener.OursForEverybody, PortListeners.Find(port, OurSession));
    }

    private static Socket Listen(string address)
    {
        var place = IPAddress.Parse(address);
        var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(place, 0));
        socket.Listen();
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
