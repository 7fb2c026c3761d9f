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

    private OrtLibrary(nint module, string name)
    {
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
        nint allocator;
        Api.Check(Api.GetAllocatorWithDefaultOptions(&allocator));
        Allocator = allocator;
    }

    /// <summary>The table of functions.</summary>
    public OrtApi Api { get; }

    /// <summary>The library's environment; lives as long as the process.</summary>
    public nint Environment { get; }

    /// <summary>The library's own allocator; lives as long as the process.</summary>
    public nint Allocator { get; }

    /// <summary>The library's version, such as <c>1.30.0</c>.</summary>
    public string Version { get; }

    /// <summary>Loads the library, or hands out the one that is loaded already.</summary>
    /// <param name="path">Its file; null takes the variable, else what the system finds.</param>
    /// <exception cref="UnavailableException">There is none, or it is another library or too old.</exception>
    public static OrtLibrary Load(string? path)
    {
        path ??= System.Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;
        var key = path is null ? "" : Path.GetFullPath(path);
        var library = Loaded.GetOrAdd(key, static file => new Lazy<OrtLibrary>(() => file.Length > 0 ? LoadFile(file) : LoadFromSystem()));
        try
        {
            return library.Value;
        }
        catch
        {
            // What is missing now may be installed by the time of the next try.
            Loaded.TryRemove(new KeyValuePair<string, Lazy<OrtLibrary>>(key, library));
            throw;
        }
    }

    private static OrtLibrary LoadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new UnavailableException($"there is no ONNX Runtime at {path}", Hints);
        }

        return NativeLibrary.TryLoad(path, out var module)
            ? new OrtLibrary(module, path)
            : throw new UnavailableException($"{path} cannot be loaded as a shared library of this machine", Hints);
    }

    private static OrtLibrary LoadFromSystem()
    {
        foreach (var name in SystemNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(OrtLibrary).Assembly, DllImportSearchPath.SafeDirectories, out var module))
            {
                return new OrtLibrary(module, name);
            }
        }

        throw new UnavailableException("ONNX Runtime is not installed", Hints);
    }
}
