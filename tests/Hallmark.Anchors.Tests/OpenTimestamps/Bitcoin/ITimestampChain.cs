namespace Hallmark.Anchors.Tests.OpenTimestamps.Bitcoin;

/// <summary>A chain that 32 bytes can be written to.</summary>
internal interface ITimestampChain
{
    Task<AttestingBlock> WriteAsync(byte[] payload);
}
