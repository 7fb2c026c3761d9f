namespace Hallmark.Anchors.Tests.Arweave;

/// <summary>Texts that tests of items share.</summary>
internal static class TestItems
{
    /// <summary>A well-formed id that no test's item has.</summary>
    public const string OtherId = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
}
