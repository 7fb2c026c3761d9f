namespace Hallmark.Anchors.Arweave.Gateways;

/// <summary>Bounds for what is read of gateways.</summary>
public sealed record GatewayLimits
{
    /// <summary>For each request, body included; 0.1 seconds to 10 minutes. 30 seconds unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(100));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(10));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>The largest payload that is read, in bytes; 1 to 1 GiB. 4 MiB unless set: an envelope has about 700 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxDataSizeInBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            field = value;
        }
    } = 4 << 20;
}
