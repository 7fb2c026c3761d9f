using System.Text;
using Hallmark.Core.Failures;

namespace Hallmark.Cli.Commands;

/// <summary>Evidence that is written to a file of its own, or said.</summary>
internal static class ReceiptFile
{
    /// <summary>Writes the bytes and a final newline, to a new file or to standard output.</summary>
    /// <exception cref="BadInputException">The file exists, or cannot be written.</exception>
    public static async Task WriteAsync(CommandHost host, byte[] bytes, FileInfo? output, CancellationToken token)
    {
        if (output is null)
        {
            host.Terminal.Out.WriteLine(Encoding.UTF8.GetString(bytes));
            return;
        }

        try
        {
            var file = new FileStream(output.FullName, FileMode.CreateNew, FileAccess.Write);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync((byte[])[.. bytes, (byte)'\n'], token).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{output} cannot be written: {fault.Message}", fault);
        }
    }
}
