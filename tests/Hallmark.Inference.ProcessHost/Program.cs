using System.Globalization;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;

// Holds a scoring process until it is killed, or until its stdin ends: then it leaves without disposing anything.
// Arguments: the model's folder, then the command with its places. Says "ready <process id>" on stdout.
var factory = new ScoringProcessRunnerFactory(new ScoringProcessOptions { Command = args[1..] }, TimeProvider.System);
var runner = (ScoringProcessRunner)await factory.StartAsync(new ModelFolder(args[0], null), CancellationToken.None);
Console.WriteLine("ready " + runner.ProcessId!.Value.ToString(CultureInfo.InvariantCulture));
while (Console.ReadLine() is not null) { }
