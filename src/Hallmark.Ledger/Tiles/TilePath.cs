using System.Globalization;
using System.Text;

namespace Hallmark.Ledger.Tiles;

/// <summary>Paths of tiles and entry bundles below the served folder (C2SP tlog-tiles).</summary>
internal static class TilePath
{
    /// <summary>Hashes or entries in a full tile.</summary>
    public const int FullWidth = 256;

    /// <summary>The level that stands for entry bundles.</summary>
    public const int Entries = -1;

    /// <summary>For example <c>tile/0/x001/234.p/5</c>.</summary>
    /// <param name="level">0 to 7, or <see cref="Entries"/>.</param>
    /// <param name="number">Which tile of the level.</param>
    /// <param name="width">1 to 256; below 256 it is a partial tile.</param>
    public static string Of(int level, long number, int width) =>
        width == FullWidth ? OfFull(level, number) : string.Create(CultureInfo.InvariantCulture, $"{OfFull(level, number)}.p/{width}");

    /// <summary>The folder of a tile's partial forms.</summary>
    public static string OfPartials(int level, long number) => OfFull(level, number) + ".p";

    private static string OfFull(int level, long number)
    {
        var path = new StringBuilder((number % 1000).ToString("D3", CultureInfo.InvariantCulture));
        for (var rest = number / 1000; rest > 0; rest /= 1000)
        {
            path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:D3}/"));
        }

        return (level == Entries ? "tile/entries/" : string.Create(CultureInfo.InvariantCulture, $"tile/{level}/")) + path;
    }
}
