using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Hallmark.Sqlite;

/// <summary>Opens SQLite databases. Prefers the system's SQLite and falls back to the one that came with the package.</summary>
public static class SqliteDatabase
{
    private static readonly Lock Gate = new();
    private static bool _isReady;
    private static nint _library;

    /// <summary>The library that the provider uses. Known once <see cref="Prepare"/> was called.</summary>
    internal static nint Library => _library;

    /// <summary>Opens a connection; the caller disposes it.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="mode">Whether the file may be made or written.</param>
    /// <param name="busyTimeout">How long a locked database is waited for.</param>
    public static SqliteConnection Open(string path, SqliteOpenMode mode, TimeSpan busyTimeout)
    {
        Prepare();
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
            }.ToString()
        );
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static void Prepare()
    {
        lock (Gate)
        {
            if (_isReady)
            {
                return;
            }

            // The provider asks for "e_sqlite3": where the system has its own SQLite, that one is newer than the package's.
            NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
            SQLitePCL.Batteries_V2.Init();
            _isReady = true;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (
            var candidate in OperatingSystem.IsLinux() ? new[] { "libsqlite3.so.0" }
            : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
            : []
        )
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return _library = handle;
            }
        }

        return _library = NativeLibrary.Load(name, assembly, path);
    }
}
