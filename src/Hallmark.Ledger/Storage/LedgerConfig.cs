using System.Text.Json;

namespace Hallmark.Ledger.Storage;

/// <summary>The file <c>config.json</c>: who the ledger is, for people and other programs. The database is what counts; the file must agree with it.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Vkey">The verifier key.</param>
/// <param name="Created">When the ledger was made.</param>
internal sealed record LedgerConfig(string Origin, string Vkey, DateTimeOffset Created)
{
    private const int MaxSizeInBytes = 64 * 1024;

    /// <summary>Writes the file where it is missing; else compares it.</summary>
    /// <exception cref="LedgerFormatException">The file says something else than the database.</exception>
    public static void WriteOrCheck(LedgerFolder folder, LedgerIdentity identity)
    {
        var config = new LedgerConfig(identity.Origin, identity.Key.ToString(), identity.CreatedAt);
        if (!File.Exists(folder.Config))
        {
            var files = new DurableFile(folder.Temporary);
            files.Replace(
                folder.Config,
                [.. JsonSerializer.SerializeToUtf8Bytes(config, LedgerConfigJson.Default.LedgerConfig), (byte)'\n']
            );
            files.Flush();
            return;
        }

        if (Read(folder) is not { } found || found.Origin != config.Origin || found.Vkey != config.Vkey)
        {
            throw new LedgerFormatException(
                $"{folder.Config} does not say what the ledger's database says",
                "restore it, or remove it to have it written anew"
            );
        }
    }

    private static LedgerConfig? Read(LedgerFolder folder)
    {
        if (new FileInfo(folder.Config).Length > MaxSizeInBytes)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.Config), LedgerConfigJson.Default.LedgerConfig);
        }
        catch (JsonException)
        {
            // The caller says what is wrong with the file.
            return null;
        }
    }
}
