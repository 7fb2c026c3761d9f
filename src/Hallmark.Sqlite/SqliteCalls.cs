using System.Runtime.InteropServices;

namespace Hallmark.Sqlite;

/// <summary>
/// The calls that are made several times for a row, straight to the library that the provider loaded: its own way counts references of a handle and copies texts at each
/// call, which costs more than the binding. Short calls, which neither block nor call back, leave the collector waiting instead of telling it.
/// </summary>
internal static unsafe class SqliteCalls
{
    internal const nint Transient = -1;

    internal static readonly delegate* unmanaged[Cdecl]<nint, int> Step;
    internal static readonly delegate* unmanaged[Cdecl]<nint, int> Reset;
    internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int> BindInt64;
    internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> BindNull;
    internal static readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int> BindText;
    internal static readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int> BindBlob;
    internal static readonly delegate* unmanaged[Cdecl]<nint, int, int, int> BindZeroBlob;
    internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnType;
    internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long> ColumnInt64;
    internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnBytes;
    internal static readonly delegate* unmanaged[Cdecl]<nint, int, byte*> ColumnBlob;
    internal static readonly delegate* unmanaged[Cdecl]<nint, int, byte*> ColumnText;
    internal static readonly delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<int*, nint, byte*, int, int>, int*, void*> WalHook;

    static SqliteCalls()
    {
        var library = SqliteDatabase.Library;
        Step = (delegate* unmanaged[Cdecl]<nint, int>)Find("sqlite3_step");
        Reset = (delegate* unmanaged[Cdecl]<nint, int>)Find("sqlite3_reset");
        BindInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int>)Find("sqlite3_bind_int64");
        BindNull = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Find("sqlite3_bind_null");
        BindText = (delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int>)Find("sqlite3_bind_text");
        BindBlob = (delegate* unmanaged[Cdecl]<nint, int, byte*, int, nint, int>)Find("sqlite3_bind_blob");
        BindZeroBlob = (delegate* unmanaged[Cdecl]<nint, int, int, int>)Find("sqlite3_bind_zeroblob");
        ColumnType = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Find("sqlite3_column_type");
        ColumnInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)Find("sqlite3_column_int64");
        ColumnBytes = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)Find("sqlite3_column_bytes");
        ColumnBlob = (delegate* unmanaged[Cdecl]<nint, int, byte*>)Find("sqlite3_column_blob");
        ColumnText = (delegate* unmanaged[Cdecl]<nint, int, byte*>)Find("sqlite3_column_text");
        WalHook = (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<int*, nint, byte*, int, int>, int*, void*>)Find(
            "sqlite3_wal_hook"
        );

        nint Find(string name) => NativeLibrary.GetExport(library, name);
    }
}
