using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary>What <c>-o FILE</c> names: a new file, or standard output where it is left out.</summary>
internal static class OutputFile
{
    /// <summary>Refuses a file that is there, before any work is done for it.</summary>
    /// <exception cref="BadInputException">The file exists.</exception>
    public static void RefuseExisting(FileInfo? output)
    {
        if (output is { Exists: true })
        {
            throw new BadInputException($"{output} exists already", "choose another name");
        }
    }

    /// <summary>Writes text in UTF-8, to a new file or to standard output.</summary>
    /// <exception cref="BadInputException">The file exists, or cannot be written.</exception>
    public static async Task WriteAsync(CommandHost host, ReadOnlyMemory<byte> utf8, FileInfo? output, CancellationToken token)
    {
        if (output is null)
        {
            host.Terminal.Out.Write(Encoding.UTF8.GetString(utf8.Span));
            return;
        }

        try
        {
            var file = new FileStream(output.FullName, FileMode.CreateNew, FileAccess.Write);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(utf8, token).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{output} cannot be written: {fault.Message}", fault);
        }
    }
}
