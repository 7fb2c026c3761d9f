using System.Text.Json.Nodes;
using Hallmark.Core.Json;

namespace Hallmark.Core.Envelopes;

/// <summary>A signed envelope: the canonical bytes that are logged, uploaded and verified.</summary>
public sealed class SealedEnvelope
{
    private readonly Lazy<EnvelopeView> _view;

    internal SealedEnvelope(byte[] bytes)
    {
        Bytes = bytes;
        _view = new(() => new EnvelopeView((JsonObject)StrictJson.Parse(bytes)!)); // ! the sealer wrote an object
    }

    /// <summary>The complete envelope, canonical UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its members; read out of the bytes when first asked for.</summary>
    public EnvelopeView View => _view.Value;
}
