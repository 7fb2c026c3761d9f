namespace Hallmark.Core.Notes;

/// <summary>What may be the name of a note key: not empty, no Unicode white space, no <c>+</c>, no control characters (C2SP signed-note).</summary>
public static class NoteKeyName
{
    /// <summary>True where the text may be a key's name.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        foreach (var character in name)
        {
            if (character == '+' || char.IsWhiteSpace(character) || char.IsControl(character))
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }
}
