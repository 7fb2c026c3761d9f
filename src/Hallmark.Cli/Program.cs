using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Hallmark.Cli.CommandLine;
using Hallmark.Cli.Output;

var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var environment = Environment
    .GetEnvironmentVariables()
    .Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
using var output = new StreamWriter(Console.OpenStandardOutput(), utf8, bufferSize: 16_384);
using var error = new StreamWriter(Console.OpenStandardError(), utf8, bufferSize: 256) { AutoFlush = true };
using var stop = new CancellationTokenSource();
using var atOnce = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    Stop();
};

using var terminate = PosixSignalRegistration.Create(
    PosixSignal.SIGTERM,
    signal =>
    {
        signal.Cancel = true;
        Stop();
    }
);

var terminal = new Terminal(output, error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, environment);
var program = new HallmarkProgram(terminal, TimeProvider.System) { AtOnce = atOnce.Token };
return await program.RunAsync(args, stop.Token).ConfigureAwait(false);

void Stop()
{
    try
    {
        (stop.IsCancellationRequested ? atOnce : stop).Cancel();
    }
    catch (ObjectDisposedException)
    {
        // The command ended in the moment of the signal.
    }
}
