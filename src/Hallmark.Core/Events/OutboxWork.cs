namespace Hallmark.Core.Events;

/// <summary>One piece of work that must survive the process: done at least once, so its handler must be safe to repeat.</summary>
/// <param name="Kind">Names the handler, for example <c>mlflow.write-back</c> or <c>anchor.checkpoint-file</c>.</param>
/// <param name="Body">What the handler needs, as UTF-8 JSON without secrets; at most 16 MiB.</param>
public sealed record OutboxWork(string Kind, ReadOnlyMemory<byte> Body);
