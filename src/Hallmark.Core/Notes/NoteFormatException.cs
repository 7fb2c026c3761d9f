namespace Hallmark.Core.Notes;

/// <summary>The bytes are not a signed note, a verifier key or a checkpoint (C2SP signed-note, tlog-checkpoint).</summary>
public sealed class NoteFormatException(string message) : FormatException(message);
