using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Hallmark.Core.Failures;

namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>ONNX Runtime's shared library, loaded once for each path and never unloaded, with its one environment. Its own log and its telemetry are off.</summary>
internal sealed unsafe class OrtLibrary
{
    /// <summary>The variable that names the library's file where the options do not.</summary>
    public const string Variable = "HALLMARK_ONNXRUNTIME";

    private const int LogNothingButFatal = 4;

    // OrtArenaAllocator, OrtMemTypeDefault, kSameAsRequested, and -1 for what the library chooses.
    private const int ArenaAllocator = 1;
    private const int DefaultMemory = 0;
    private const int SameAsRequested = 1;
    private const int LibrarysOwn = -1;

    private static readonly ConcurrentDictionary<string, Lazy<OrtLibrary>> Loaded = new(StringComparer.Ordinal);

    private static readonly string[] Hints =
    [
        "get it: npm pack onnxruntime-node, and take libonnxruntime from bin/ in it; or install your system's libonnxruntime, 1.14 or newer",
        $"say where it is: {Variable}=/path/to/libonnxruntime.so",
    ];

    private static readonly string[] SystemNames =
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    private OrtLibrary(nint module, string name, long maxMemoryInBytes)
    {
        MaxMemoryInBytes = maxMemoryInBytes;
        if (!NativeLibrary.TryGetExport(module, "OrtGetApiBase", out var entry))
        {
            throw new UnavailableException($"{name} is not ONNX Runtime: it has no OrtGetApiBase", Hints);
        }

        // OrtApiBase: GetApi(version), GetVersionString().
        var table = ((delegate* unmanaged<nint*>)entry)();
        Version = NativeText.Read(((delegate* unmanaged<byte*>)table[1])());
        var functions = ((delegate* unmanaged<uint, nint*>)table[0])(OrtApi.Version);
        if (functions is null)
        {
            throw new UnavailableException($"{name} is ONNX Runtime {Version}, which is too old", Hints);
        }

        Api = new OrtApi(functions);
        fixed (byte* id = "hallmark\0"u8)
        {
            nint environment;
            Api.Check(Api.CreateEnv(LogNothingButFatal, id, &environment));
            Environment = environment;
        }

        Api.Check(Api.DisableTelemetryEvents(Environment));
        RegisterArena();
        nint allocator;
        Api.Check(Api.GetAllocatorWithDefaultOptions(&allocator));
        Allocator = allocator;
    }

    /// <summary>The table of functions.</summary>
    public OrtApi Api { get; }

    /// <summary>The library's environment; lives as long as the process.</summary>
    public nint Environment { get; }

    /// <summary>The bound of the memory that the runs of all models of this process take together. The library has one environment for a process, and this is its.</summary>
    public long MaxMemoryInBytes { get; }

    /// <summary>The library's own allocator; lives as long as the process.</summary>
    public nint Allocator { get; }

    /// <summary>The library's version, such as <c>1.30.0</c>.</summary>
    public string Version { get; }

    /// <summary>Loads the library, or hands out the one that is loaded already.</summary>
    /// <param name="path">Its file; null takes the variable, else what the system finds.</param>
    /// <param name="maxMemoryInBytes">The bound of the memory that all runs of this process take together.</param>
    /// <exception cref="UnavailableException">There is none, or it is another library or too old.</exception>
    /// <exception cref="InvalidOperationException">It was loaded with another bound before.</exception>
    public static OrtLibrary Load(string? path, long maxMemoryInBytes)
    {
        path ??= System.Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;
        var key = path is null ? "" : Path.GetFullPath(path);
        var library = Loaded.GetOrAdd(
            key,
            file => new Lazy<OrtLibrary>(() => file.Length > 0 ? LoadFile(file, maxMemoryInBytes) : LoadFromSystem(maxMemoryInBytes))
        );
        OrtLibrary loaded;
        try
        {
            loaded = library.Value;
        }
        catch
        {
            // What is missing now may be installed by the time of the next try.
            Loaded.TryRemove(new KeyValuePair<string, Lazy<OrtLibrary>>(key, library));
            throw;
        }

        return loaded.MaxMemoryInBytes == maxMemoryInBytes
            ? loaded
            : throw new InvalidOperationException(
                $"the ONNX models of this process share {loaded.MaxMemoryInBytes} bytes since the first was loaded; {maxMemoryInBytes} cannot be their bound too"
            );
    }

    // Grown by what is asked for and no more, so that it can be given back piece by piece; what is beyond the bound is refused with an error and not with the end of the process.
    private void RegisterArena()
    {
        nint address;
        Api.Check(Api.CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, &address));
        using var place = new OrtHandle(address, Api.ReleaseMemoryInfo);
        Api.Check(Api.CreateArenaCfg((nuint)MaxMemoryInBytes, SameAsRequested, LibrarysOwn, LibrarysOwn, &address));
        using var arena = new OrtHandle(address, Api.ReleaseArenaCfg);
        try
        {
            Api.Check(Api.CreateAndRegisterAllocator(Environment, place.Value, arena.Value));
        }
        catch (OrtException failure) when (failure.Code == OrtException.InvalidArgument)
        {
            // The same file under another name: its environment is the one there is, and has its arena.
        }
    }

    private static OrtLibrary LoadFile(string path, long maxMemoryInBytes)
    {
        if (!File.Exists(path))
        {
            throw new UnavailableException($"there is no ONNX Runtime at {path}", Hints);
        }

        return NativeLibrary.TryLoad(path, out var module)
            ? new OrtLibrary(module, path, maxMemoryInBytes)
            : throw new UnavailableException($"{path} cannot be loaded as a shared library of this machine", Hints);
    }

    private static OrtLibrary LoadFromSystem(long maxMemoryInBytes)
    {
        foreach (var name in SystemNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(OrtLibrary).Assembly, DllImportSearchPath.SafeDirectories, out var module))
            {
                return new OrtLibrary(module, name, maxMemoryInBytes);
            }
        }

        throw new UnavailableException("ONNX Runtime is not installed", Hints);
    }
}
