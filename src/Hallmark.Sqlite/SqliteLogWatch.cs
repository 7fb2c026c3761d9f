using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hallmark.Sqlite;

/// <summary>
/// The number of pages in the write-ahead log after a session's last commit, as SQLite says it. SQLite has one listener for that, and its own copying at commits is one: whoever
/// watches has to copy the log himself. Must be ended after the session's database is closed.
/// </summary>
internal sealed unsafe class SqliteLogWatch : IDisposable
{
    private int* _pages = (int*)NativeMemory.AllocZeroed(sizeof(int));

    /// <summary>Begins to listen.</summary>
    public SqliteLogWatch(nint database) => _ = SqliteCalls.WalHook(database, &Note, _pages);

    /// <summary>How many pages.</summary>
    public int Pages => _pages is null ? 0 : Volatile.Read(ref *_pages);

    /// <inheritdoc />
    public void Dispose()
    {
        NativeMemory.Free(_pages);
        _pages = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Note(int* pages, nint database, byte* name, int count)
    {
        Volatile.Write(ref *pages, count);
        return 0;
    }
}
