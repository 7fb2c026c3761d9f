using System.Net;
using System.Net.Sockets;

namespace Hallmark.Testing;

/// <summary>
/// A port on 127.0.0.1 that nobody listens on and that the system gives to nobody else, as long as this is held. A server that is told the number can listen on it: a bound
/// socket that does not listen stands in nobody's way who asks for this very port.
/// </summary>
public sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes a free one.</summary>
    public HeldPort()
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_socket.LocalEndPoint!).Port; // ! it is bound
    }

    /// <summary>The port.</summary>
    public int Number { get; }

    /// <summary>As the start of a URL, such as <c>http://127.0.0.1:40123</c>.</summary>
    public string Address => $"http://127.0.0.1:{Number}";

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();
}
