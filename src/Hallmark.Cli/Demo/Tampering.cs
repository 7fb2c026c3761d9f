using Hallmark.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hallmark.Cli.Demo;

/// <summary>What an attacker with access to the store or the disk would do; each is undone afterwards.</summary>
internal static class Tampering
{
    /// <summary>Replaces the value of a metric's last point.</summary>
    /// <returns>Undoes it.</returns>
    public static Action ChangeMetric(string metricFile, string value)
    {
        var original = File.ReadAllText(metricFile);
        var lines = original.TrimEnd('\n').Split('\n');
        var parts = lines[^1].Split(' ');
        parts[1] = value;
        lines[^1] = string.Join(' ', parts);
        File.WriteAllText(metricFile, string.Join('\n', lines) + "\n");
        return () => File.WriteAllText(metricFile, original);
    }

    /// <summary>Flips the lowest bit of a file's middle byte.</summary>
    /// <returns>Undoes it.</returns>
    public static Action FlipBit(string file)
    {
        var original = File.ReadAllBytes(file);
        var changed = (byte[])original.Clone();
        changed[changed.Length / 2] ^= 1;
        File.WriteAllBytes(file, changed);
        return () => File.WriteAllBytes(file, original);
    }

    /// <summary>Replaces a text in a file.</summary>
    /// <returns>Undoes it.</returns>
    public static Action Replace(string file, string what, string by)
    {
        var original = File.ReadAllText(file);
        File.WriteAllText(file, original.Replace(what, by, StringComparison.Ordinal));
        return () => File.WriteAllText(file, original);
    }

    /// <summary>Changes one byte of an envelope in the ledger's database, as somebody with a database tool would.</summary>
    /// <returns>Undoes it.</returns>
    public static Action ChangeLedgerEntry(string database, long index)
    {
        var original = Read(database, index);
        var changed = (byte[])original.Clone();
        changed[changed.Length / 2] ^= 1;
        Write(database, index, changed);
        return () => Write(database, index, original);
    }

    private static byte[] Read(string database, long index)
    {
        using var connection = SqliteDatabase.Open(database, SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(10));
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT envelope FROM entry WHERE idx = $index";
        command.Parameters.AddWithValue("$index", index);
        return (byte[])(command.ExecuteScalar() ?? throw new InvalidOperationException($"the demo's ledger has no entry {index}"));
    }

    private static void Write(string database, long index, byte[] envelope)
    {
        using var connection = SqliteDatabase.Open(database, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10));
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE entry SET envelope = $envelope WHERE idx = $index";
        command.Parameters.AddWithValue("$envelope", envelope);
        command.Parameters.AddWithValue("$index", index);
        command.ExecuteNonQuery();
    }
}
