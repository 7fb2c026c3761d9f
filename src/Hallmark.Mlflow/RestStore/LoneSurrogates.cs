using System.Buffers.Text;

namespace Hallmark.Mlflow.RestStore;

/// <summary>Finds JSON escapes that stand for half a character: no text of ours can hold one, so they are refused at the door.</summary>
internal static class LoneSurrogates
{
    /// <summary>True where <paramref name="json"/> has an escaped surrogate without its partner.</summary>
    public static bool Occur(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var at and >= 0)
        {
            json = json[at..];
            if (json.Length < 6 || json[1] != (byte)'u')
            {
                json = json[Math.Min(2, json.Length)..];
                continue;
            }

            var first = CodeUnit(json);
            if (char.IsLowSurrogate(first))
            {
                return true;
            }

            if (!char.IsHighSurrogate(first))
            {
                json = json[6..];
                continue;
            }

            if (json.Length < 12 || json[6] != (byte)'\\' || json[7] != (byte)'u' || !char.IsLowSurrogate(CodeUnit(json[6..])))
            {
                return true;
            }

            json = json[12..];
        }

        return false;
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out var read, 'x') && read == 4 ? (char)unit : '\0';
}
