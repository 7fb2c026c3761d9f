using System.Diagnostics.CodeAnalysis;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>The service's own ids: <c>vrf_</c>, <c>job_</c>, <c>run_</c>, <c>bndl_</c> and 16 characters. They go into paths, so that nothing else may be in them.</summary>
internal static class ServiceId
{
    private const int MaxLength = 64;

    public static bool IsWellFormed([NotNullWhen(true)] string? id) =>
        id is { Length: > 0 and <= MaxLength } && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
