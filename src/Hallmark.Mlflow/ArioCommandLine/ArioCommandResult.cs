using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Events;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>What a command line came to. <see cref="Output"/> speaks of tags and files as written: call <see cref="ApplyAsync"/> before it is shown.</summary>
public sealed record ArioCommandResult
{
    /// <summary>0 where everything held, 1 where not, 2 for wrong usage.</summary>
    public required int ExitCode { get; init; }

    /// <summary>For standard output, complete with newlines; what came from outside holds no control characters.</summary>
    public string Output { get; init; } = "";

    /// <summary>For standard error, complete with newlines; our own words.</summary>
    public string ErrorOutput { get; init; } = "";

    /// <summary>The tags that the original writes back after the panel, in order; it does so even where a check failed (mlflow-events.md §17).</summary>
    public IReadOnlyList<WriteBackStep> Tags { get; init; } = [];

    /// <summary>The file that <c>--output</c> asked for, or null.</summary>
    public ArioOutputFile? File { get; init; }

    /// <summary>Writes <see cref="Tags"/> to the store and <see cref="File"/> to the disk.</summary>
    /// <param name="store">The store that the command read.</param>
    /// <param name="cancellationToken">Cancels; tags written by then stay.</param>
    /// <exception cref="BadInputException">The file cannot be written, or the store refuses a tag.</exception>
    /// <exception cref="UnavailableException">The store does not answer.</exception>
    public async Task ApplyAsync(IMlflowStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (File is not null)
        {
            await WriteFileAsync(File, cancellationToken).ConfigureAwait(false);
        }

        foreach (var tag in Tags)
        {
            await (
                tag switch
                {
                    { Target: WriteBackTarget.RunTag } => store.SetRunTagAsync(tag.Id, tag.Key, tag.Text, cancellationToken),
                    { Target: WriteBackTarget.ModelVersionTag, Version: { } version } => store.SetModelVersionTagAsync(
                        tag.Id,
                        version,
                        tag.Key,
                        tag.Text,
                        cancellationToken
                    ),
                    { Target: WriteBackTarget.TraceTag } => store.SetTraceTagAsync(tag.Id, tag.Key, tag.Text, cancellationToken),
                    _ => throw new InvalidOperationException($"{tag.Target} is nothing that a verification writes"),
                }
            ).ConfigureAwait(false);
        }
    }

    private static async Task WriteFileAsync(ArioOutputFile file, CancellationToken cancellationToken)
    {
        try
        {
            await System
                .IO.File.WriteAllBytesAsync(file.Path, Encoding.ASCII.GetBytes(file.Content), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException(
                $"the audit bundle cannot be written to {ArioText.Shown(file.Path)}: {failure.Message}",
                failure,
                "name a file in a folder that exists and that you may write to"
            );
        }
    }
}
