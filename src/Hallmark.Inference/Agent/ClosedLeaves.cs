namespace Hallmark.Inference.Agent;

/// <summary>The leaves of one window, as a checkpoint tells of them.</summary>
/// <param name="Content">The manifest's bytes: one leaf a line.</param>
/// <param name="Count">How many leaves.</param>
/// <param name="Root">Their Merkle root (RFC 9162, SHA-256), 64 lower-case hex digits.</param>
/// <param name="Start">The earliest look.</param>
/// <param name="End">The latest look.</param>
/// <param name="Verified">How many found the asset as registered.</param>
/// <param name="Tampered">How many found it changed.</param>
internal sealed record ClosedLeaves(byte[] Content, int Count, string Root, string Start, string End, int Verified, int Tampered);
