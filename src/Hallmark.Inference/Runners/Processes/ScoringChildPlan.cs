using System.Collections;
using System.Security.Cryptography;
using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Inference.Runners.Scoring;
using Hallmark.Inference.Runners.Signatures;
using Hallmark.Mlflow.Events;

namespace Hallmark.Inference.Runners.Processes;

/// <summary>How the scoring processes of one model are started, one after the other.</summary>
/// <param name="Model">The verified copy.</param>
/// <param name="Signature">What it takes.</param>
/// <param name="Command">The command.</param>
/// <param name="Folder">A private folder to work in: for the socket and for temporary files.</param>
/// <param name="Options">Times and bounds.</param>
/// <param name="Time">The clock.</param>
internal sealed record ScoringChildPlan(
    ModelFolder Model,
    ModelSignature Signature,
    ScoringCommand Command,
    string Folder,
    ScoringProcessOptions Options,
    TimeProvider Time
)
{
    private const int SecretLength = 64;

    /// <summary>The process as the subject of a sentence.</summary>
    public string Name => $"the model's scoring process ({Command.Program})";

    /// <summary>Where the next process is to listen.</summary>
    public ScoringEndpoint FindEndpoint()
    {
        if (!Command.UsesSocket)
        {
            return ScoringEndpoint.OnFreePort();
        }

        var endpoint = ScoringEndpoint.OnSocketIn(Folder);
        // A process that was killed leaves its socket behind.
        File.Delete(endpoint.SocketPath!);
        return endpoint;
    }

    /// <summary>Starts a process with a secret of its own, and a client that knows it.</summary>
    /// <exception cref="ModelRunException">It cannot be started.</exception>
    public (ChildProcess Process, ScoringClient Client) Start(ScoringEndpoint endpoint)
    {
        var secret = RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);
        var environment = ChildEnvironment.Clean(OurEnvironment(), Options.PassedVariables);
        environment[ScoringProcessOptions.SecretVariable] = secret;
        environment["TMPDIR"] = Folder;
        var process = ChildProcess.Start(Command.Fill(Model.Path, endpoint), Folder, environment, new LastLines(secret));
        var http = new HttpClient(ScoringHttp.ForThisMachine(endpoint.SocketPath), disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Add(ScoringProcessOptions.SecretHeader, secret);
        return (process, new ScoringClient(http, endpoint.Root, Name, Options.Limits, Signature, Time));
    }

    /// <summary>Hashes the verified copy again before another process gets it: the one before it, a process of this same user, could have written there.</summary>
    /// <exception cref="IntegrityException">The copy is not what was verified.</exception>
    /// <exception cref="UnavailableException">It cannot be read.</exception>
    public async Task RequireUnchangedAsync(CancellationToken cancellationToken)
    {
        if (Model.Hash is not { } verified)
        {
            return;
        }

        var now = await ArtifactSnapshot.OfFolderAsync(Model.Path, progress: null, cancellationToken).ConfigureAwait(false);
        if (now.Hash != verified)
        {
            throw new IntegrityException(
                "the copy of the model's files was changed after it was verified, and is not started again",
                [new Difference("artifact_hash", verified, now.Hash)]
            );
        }
    }

    /// <summary>Removes the folder and what the processes left in it.</summary>
    public void RemoveFolder()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Something that left the group still writes there; it holds no file of ours.
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> OurEnvironment() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value));
}
