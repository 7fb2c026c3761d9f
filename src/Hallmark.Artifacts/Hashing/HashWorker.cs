using Hallmark.Artifacts.Files;
using Hallmark.Core.Digests;

namespace Hallmark.Artifacts.Hashing;

/// <summary>What one thread needs to hash file after file: a builder and two blocks of memory.</summary>
internal sealed class HashWorker(DigestAlgorithm algorithm, ProgressMeter meter) : IDisposable
{
    private readonly DigestBuilder _builder = new(algorithm);
    private readonly RangeReader _reader = new();

    /// <summary>Hashes one file from its beginning to its end.</summary>
    public FileDigest Hash(FileToHash file, CancellationToken cancellationToken)
    {
        using var opened = OpenedFile.Open(file);
        var digest = HashRange(opened, 0, opened.Size, file.RelativePath, cancellationToken);
        opened.EnsureUnchanged();
        return new FileDigest(file.RelativePath, opened.Size, digest);
    }

    /// <summary>Hashes a part of an open file; the caller makes sure afterwards that the file did not change.</summary>
    public Digest HashRange(OpenedFile opened, long start, long end, string name, CancellationToken cancellationToken)
    {
        try
        {
            var read = _reader.Read(
                opened,
                start,
                end,
                block =>
                {
                    _builder.Append(block);
                    meter.Add(block.Length, name);
                },
                cancellationToken
            );
            return read == end - start ? _builder.Finish() : throw opened.Changed();
        }
        catch
        {
            // What was added of a range that failed must not leak into the next one.
            _builder.Finish();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _builder.Dispose();
        _reader.Dispose();
    }
}
