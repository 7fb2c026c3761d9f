namespace Hallmark.Core.Signatures.Managed;

/// <summary>A point prepared for being added: Y + X, Y − X, Z and 2d·T.</summary>
internal readonly record struct CachedPoint(FieldElement YPlusX, FieldElement YMinusX, FieldElement Z, FieldElement T2D)
{
    /// <summary>The neutral element.</summary>
    public static CachedPoint Identity => new(FieldElement.One, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>−P.</summary>
    public CachedPoint Negate() => new(YMinusX, YPlusX, Z, -T2D);

    /// <summary><paramref name="other"/> where <paramref name="mask"/> is all ones, this where it is zero; without a branch.</summary>
    public CachedPoint Select(in CachedPoint other, ulong mask) =>
        new(YPlusX.Select(other.YPlusX, mask), YMinusX.Select(other.YMinusX, mask), Z.Select(other.Z, mask), T2D.Select(other.T2D, mask));
}
