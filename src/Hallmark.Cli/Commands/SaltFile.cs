using Hallmark.Core.Failures;
using Hallmark.Home;
using Hallmark.Inference.Predictions.Salted;

namespace Hallmark.Cli.Commands;

/// <summary>Where this home keeps the salts of its predictions.</summary>
internal static class SaltFile
{
    /// <summary>The store's file.</summary>
    public static string PathOf(Session session) => Path.Combine(session.Home.Path, "salts.db");

    /// <summary>Opens the store that is there.</summary>
    /// <exception cref="BadInputException">This home has none.</exception>
    public static SaltStore Require(Session session) =>
        File.Exists(PathOf(session))
            ? SaltStore.Open(PathOf(session))
            : throw new BadInputException("this home keeps no salts: no prediction was committed to field by field here");
}
