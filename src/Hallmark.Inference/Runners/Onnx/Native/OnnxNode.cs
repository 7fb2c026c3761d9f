namespace Hallmark.Inference.Runners.Onnx.Native;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="PinnedName">The name as the library takes it.</param>
internal sealed record OnnxNode(string Name, OnnxType Type, byte[] PinnedName)
{
    /// <inheritdoc />
    public override string ToString() => $"\"{Name}\" {Type}";
}
