using System.Text.Json.Nodes;
using Hallmark.Mlflow.ArioCommandLine;
using Hallmark.Mlflow.Tests.Events;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Mlflow.Tests.ArioCommandLine;

/// <summary>The store, the envelopes and the attestation of one case of cli-commands.json, to run as it is or changed.</summary>
internal sealed class ArioScene
{
    private static readonly JsonNode File = Vectors.Load("cli-commands");

    public ArioScene(string id)
    {
        Vector = Vectors.Case(File, id).DeepClone(); // tests change it
        Store = ScriptedState.Build(Vector["state"]);
        Answer = ScriptedSources.AnswerOf(Vector["ario_verify_result"]);
    }

    public JsonNode Vector { get; }

    public MemoryMlflowStore Store { get; }

    public AttestationAnswer? Answer { get; init; }

    public ArioCommandOptions Options { get; init; } = new();

    public TimeProvider Time { get; init; } = new FixedClock();

    public ScriptedSources Sources => field ??= new ScriptedSources(Vector["ledger"], Answer);

    public string[] Arguments => [.. Vector["argv"]!.AsArray().Select(argument => (string)argument!)];

    public string RunId => Store.Runs.Keys.Single();

    public Task<ArioCommandResult> RunAsync(params string[] arguments) =>
        new ArioCommand(Store, Sources, Sources, Time, Options).RunAsync(arguments, CancellationToken.None);

    public void SetRunTag(string key, string value) =>
        Store.SetRunTagAsync(RunId, key, value, CancellationToken.None).GetAwaiter().GetResult();
}
