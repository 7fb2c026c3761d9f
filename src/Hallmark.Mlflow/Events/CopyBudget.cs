using System.Globalization;
using Hallmark.Artifacts;
using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Events;

/// <summary>What is left of <see cref="CopyLimits"/>. Safe for use by several threads.</summary>
internal sealed class CopyBudget(CopyLimits limits, string what)
{
    private long _files;
    private long _bytes;

    /// <exception cref="BadInputException">There are too many files, or this one lies too deep.</exception>
    public void TakeFile(string relativePath)
    {
        if (relativePath.AsSpan().Count('/') > limits.MaxDepth)
        {
            throw new BadInputException($"{what} has folders nested deeper than {limits.MaxDepth}");
        }

        if (Interlocked.Increment(ref _files) > limits.MaxFiles)
        {
            throw new BadInputException($"{what} has more than {limits.MaxFiles} files");
        }
    }

    /// <exception cref="BadInputException">There are too many bytes.</exception>
    public void TakeBytes(int count)
    {
        if (Interlocked.Add(ref _bytes, count) > limits.MaxSizeInBytes)
        {
            throw new BadInputException(
                $"{what} has more than {limits.MaxSizeInBytes.ToString("N0", CultureInfo.InvariantCulture)} bytes",
                "raise the limit if it is meant to"
            );
        }
    }
}
