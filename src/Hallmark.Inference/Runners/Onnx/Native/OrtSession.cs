namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>A model that the library has loaded. Runs may go on beside each other; what still runs when it is disposed ends first.</summary>
internal sealed unsafe class OrtSession : IDisposable
{
    private readonly OrtLibrary _library;
    private readonly OrtHandle _session;
    private readonly nint[] _inputNames;
    private readonly nint[] _outputNames;
    private volatile bool _isDisposed;

    private OrtSession(OrtLibrary library, OrtHandle session)
    {
        _library = library;
        _session = session;
        var api = library.Api;
        Inputs = ReadNodes(api.SessionGetInputCount, api.SessionGetInputName, api.SessionGetInputTypeInfo);
        Outputs = ReadNodes(api.SessionGetOutputCount, api.SessionGetOutputName, api.SessionGetOutputTypeInfo);
        _inputNames = [.. Inputs.Select(input => (nint)NativeText.AddressOf(input.PinnedName))];
        _outputNames = [.. Outputs.Select(output => (nint)NativeText.AddressOf(output.PinnedName))];
    }

    /// <summary>The graph's inputs that have no value of their own.</summary>
    public IReadOnlyList<OnnxNode> Inputs { get; }

    /// <summary>The bound of what all runs of this process take together.</summary>
    public long MaxMemoryInBytes => _library.MaxMemoryInBytes;

    /// <summary>The graph's outputs.</summary>
    public IReadOnlyList<OnnxNode> Outputs { get; }

    /// <summary>Loads a model from its file.</summary>
    /// <param name="library">What loads it.</param>
    /// <param name="path">The file; data files that it names lie beside it.</param>
    /// <param name="threads">Threads for one run, at least 1.</param>
    /// <exception cref="OrtException">The file is no model, or one that the library does not run.</exception>
    public static OrtSession Open(OrtLibrary library, string path, int threads)
    {
        var api = library.Api;
        nint address;
        api.Check(api.CreateSessionOptions(&address));
        using var options = new OrtHandle(address, api.ReleaseSessionOptions);
        api.Check(api.SetSessionLogSeverityLevel(options.Value, 4));
        api.Check(api.SetIntraOpNumThreads(options.Value, threads));
        api.Check(api.SetInterOpNumThreads(options.Value, 1));
        fixed (byte* key = "session.load_model_format\0"u8)
        fixed (byte* onnx = "ONNX\0"u8)
        {
            // Else the file's end or first bytes may have it read as the library's own format, which is not looked through for files that it names.
            api.Check(api.AddSessionConfigEntry(options.Value, key, onnx));
        }

        fixed (byte* key = "session.use_env_allocators\0"u8)
        fixed (byte* yes = "1\0"u8)
        {
            // All models take their memory from the one arena that has a bound.
            api.Check(api.AddSessionConfigEntry(options.Value, key, yes));
        }

        // Else the library keeps a plan for each shape that it ever saw.
        api.Check(api.DisableMemPattern(options.Value));
        var file = NativeText.PinPath(path);
        api.Check(api.CreateSession(library.Environment, NativeText.AddressOf(file), options.Value, &address));
        GC.KeepAlive(file);
        var session = new OrtHandle(address, api.ReleaseSession);
        try
        {
            return new OrtSession(library, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs the model once on this thread.</summary>
    /// <param name="feeds">One value for each of <see cref="Inputs"/>, in their order.</param>
    /// <param name="maxElements">Most elements in all outputs together.</param>
    /// <param name="maxBytes">Most bytes of all outputs together.</param>
    /// <param name="cancellationToken">Stops the run between two of its operators.</param>
    /// <returns>One value for each of <see cref="Outputs"/>, in their order.</returns>
    /// <exception cref="OrtException">The model failed.</exception>
    /// <exception cref="FormatException">An output cannot be read, or there is more of it than allowed.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public IReadOnlyList<HostValue> Run(IReadOnlyList<HostValue> feeds, int maxElements, long maxBytes, CancellationToken cancellationToken)
    {
        // The handle by itself would take new runs for as long as old ones keep it open.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var isHeld = false;
        var inputs = new OrtHandle?[feeds.Count];
        var outputs = new nint[Outputs.Count];
        try
        {
            _session.DangerousAddRef(ref isHeld);
            for (var i = 0; i < feeds.Count; i++)
            {
                inputs[i] = OrtValueWriter.Write(_library, feeds[i]);
            }

            RunNative(Array.ConvertAll(inputs, input => input!.Value), outputs, cancellationToken); // filled just above
            var reader = new OrtValueReader(_library, maxElements, maxBytes);
            return Array.ConvertAll(outputs, output => reader.Read(output));
        }
        finally
        {
            foreach (var input in inputs)
            {
                input?.Dispose();
            }

            foreach (var output in outputs.Where(output => output != 0))
            {
                _library.Api.ReleaseValue(output);
            }

            if (isHeld)
            {
                _session.DangerousRelease();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _isDisposed = true;
        _session.Dispose();
    }

    private void RunNative(nint[] inputs, nint[] outputs, CancellationToken cancellationToken)
    {
        var api = _library.Api;
        nint address;
        api.Check(api.CreateRunOptions(&address));
        using var options = new OrtHandle(address, api.ReleaseRunOptions);
        fixed (byte* key = "memory.enable_memory_arena_shrinkage\0"u8)
        fixed (byte* processor = "cpu:0\0"u8)
        {
            // One large input must not be paid for as long as the process lives.
            api.Check(api.AddRunConfigEntry(options.Value, key, processor));
        }

        // Disposed before the options are: a cancellation that is under way is waited for, and none can come later.
        using var registration = cancellationToken.UnsafeRegister(static state => ((Action)state!)(), new Action(() => Terminate(options))); // state is the action beside it
        fixed (nint* names = _inputNames)
        fixed (nint* values = inputs)
        fixed (nint* wanted = _outputNames)
        fixed (nint* results = outputs)
        {
            try
            {
                api.Check(
                    api.Run(
                        _session.Value,
                        options.Value,
                        (byte**)names,
                        values,
                        (nuint)inputs.Length,
                        (byte**)wanted,
                        (nuint)outputs.Length,
                        results
                    )
                );
            }
            catch (OrtException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
        }
    }

    private void Terminate(OrtHandle options) => _library.Api.Check(_library.Api.RunOptionsSetTerminate(options.Value));

    private List<OnnxNode> ReadNodes(
        delegate* unmanaged<nint, nuint*, nint> readCount,
        delegate* unmanaged<nint, nuint, nint, byte**, nint> readName,
        delegate* unmanaged<nint, nuint, nint*, nint> readType
    )
    {
        var api = _library.Api;
        nuint count;
        api.Check(readCount(_session.Value, &count));
        var nodes = new List<OnnxNode>();
        for (nuint i = 0; i < count; i++)
        {
            byte* text;
            api.Check(readName(_session.Value, i, _library.Allocator, &text));
            var name = NativeText.Read(text);
            api.Check(api.AllocatorFree(_library.Allocator, text));
            nint type;
            api.Check(readType(_session.Value, i, &type));
            using var handle = new OrtHandle(type, api.ReleaseTypeInfo);
            nodes.Add(new OnnxNode(name, OrtTypeReader.Read(api, type), NativeText.Pin(name)));
        }

        return nodes;
    }
}
