using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hallmark.Bench.Serving;

/// <summary>
/// The callers, in a process of their own, so that their processor time is not the server's. Bare sockets: a client library would cost more than the server. Told on standard
/// input how many milliseconds to ask, says on standard output how many answers came, in how many seconds, for how much processor time; until the input ends.
/// </summary>
internal static class LoadClient
{
    /// <summary>The command that starts it: this program with this word, the port, the number of connections and the file with the request's body.</summary>
    public const string Command = "load";

    /// <summary>Runs it.</summary>
    public static async Task RunAsync(int port, int connections, string bodyFile)
    {
        var body = await File.ReadAllBytesAsync(bodyFile);
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes(
                $"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"
            ),
            .. body,
        ];
        var callers = new List<Connection>();
        for (var i = 0; i < connections; i++)
        {
            callers.Add(await Connection.OpenAsync(port));
        }

        while (await Console.In.ReadLineAsync() is { } line)
        {
            var span = TimeSpan.FromMilliseconds(int.Parse(line, CultureInfo.InvariantCulture));
            var processor = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            var counts = await Task.WhenAll(callers.Select(caller => Task.Run(() => caller.AskAsync(request, watch, span))));
            var seconds = watch.Elapsed.TotalSeconds;
            processor = Environment.CpuUsage.TotalTime - processor;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Sum()} {seconds:R} {processor.TotalSeconds:R}"));
        }

        callers.ForEach(caller => caller.Dispose());
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly byte[] _answer = new byte[1 << 16];

        public static async Task<Connection> OpenAsync(int port)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new Connection(socket);
        }

        public async Task<long> AskAsync(byte[] request, Stopwatch watch, TimeSpan span)
        {
            long answered = 0;
            for (; watch.Elapsed < span; answered++)
            {
                await socket.SendAsync(request);
                var length = 0;
                do
                {
                    var read = await socket.ReceiveAsync(_answer.AsMemory(length));
                    length += read > 0 ? read : throw new InvalidOperationException("the server closed the connection");
                } while (!IsWhole(_answer.AsSpan(0, length)));
                if (!_answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
                {
                    throw new InvalidOperationException(Encoding.ASCII.GetString(_answer, 0, length));
                }
            }

            return answered;
        }

        public void Dispose() => socket.Dispose();

        private static bool IsWhole(ReadOnlySpan<byte> answer)
        {
            var name = "\r\nContent-Length: "u8;
            var head = answer.IndexOf("\r\n\r\n"u8);
            var at = head < 0 ? -1 : answer[..head].IndexOf(name);
            if (at < 0)
            {
                return head >= 0 ? throw new InvalidOperationException("an answer without its length") : false;
            }

            _ = System.Buffers.Text.Utf8Parser.TryParse(answer[(at + name.Length)..], out int length, out _);
            return answer.Length >= head + 4 + length;
        }
    }
}
