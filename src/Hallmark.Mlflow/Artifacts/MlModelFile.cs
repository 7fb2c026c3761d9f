using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Artifacts;
using Hallmark.Artifacts.Files;
using Hallmark.Mlflow.FileStore;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>
/// The file <c>MLmodel</c> at the top of a model's folder: YAML that names the flavors that can run it and the signature of its inputs and outputs. Read as data only:
/// anchors, tags, repeated names and deep nesting are refused, so that a small file cannot become a large value.
/// </summary>
public static class MlModelFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "MLmodel";

    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaxSizeInBytes = 4 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the file of a folder on this machine, or gives null where the folder has none.</summary>
    /// <param name="folder">The folder; a link in the file's place is not followed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="MlflowFormatException">The file is no regular one, is too long, or is not the YAML that MLflow writes.</exception>
    /// <exception cref="MlflowUnavailableException">The file cannot be read.</exception>
    public static async Task<JsonObject?> FindAsync(string folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (!file.Exists)
        {
            return null;
        }

        if (file.LinkTarget is not null)
        {
            throw new MlflowFormatException($"{file.FullName} is a symbolic link", "put the file itself there");
        }

        try
        {
            if (RegularFile.TryOpen(file.FullName, bufferSize: 0) is not { } stream)
            {
                return null; // removed meanwhile
            }

            await using (stream.ConfigureAwait(false))
            {
                // One byte more than allowed tells a file that is too long, whatever its listed size.
                var bytes = new byte[Math.Min(stream.Length, MaxSizeInBytes) + 1];
                var length = await stream
                    .ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                return Parse(bytes.AsSpan(0, length));
            }
        }
        catch (ArtifactRefusedException e)
        {
            throw new MlflowFormatException($"{file.FullName} is no regular file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArtifactUnreadableException)
        {
            throw new MlflowUnavailableException(
                $"{file.FullName} cannot be read: {(e as ArtifactUnreadableException)?.InnerException?.Message ?? e.Message}",
                e
            );
        }
    }

    /// <summary>Reads the file's bytes: mappings become objects, plain scalars keep their kind (numbers, truth values, null), all else is text.</summary>
    /// <exception cref="MlflowFormatException">The bytes are too many, not UTF-8, or not one mapping of the YAML that MLflow writes.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxSizeInBytes)
        {
            throw new MlflowFormatException($"{FileName} is longer than {MaxSizeInBytes:N0} bytes");
        }

        try
        {
            return JsonNode.Parse(YamlJson.Write(YamlReader.Read(StrictUtf8.GetString(content), FileName)))!.AsObject(); // the reader gives a mapping
        }
        catch (DecoderFallbackException e)
        {
            throw new MlflowFormatException($"{FileName} is not UTF-8", e);
        }
        catch (ArgumentException e)
        {
            throw new MlflowFormatException($"{FileName} holds a text that is not valid Unicode", e);
        }
    }

    /// <summary>The names of the flavors that the model has, in the file's order: <c>python_function</c>, <c>sklearn</c>, <c>onnx</c> …; empty where it names none.</summary>
    public static IReadOnlyList<string> FlavorsOf(JsonObject? description) =>
        description?["flavors"] is JsonObject flavors ? [.. flavors.Select(flavor => flavor.Key)] : [];
}
