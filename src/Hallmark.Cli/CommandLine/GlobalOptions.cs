using System.CommandLine;

namespace Hallmark.Cli.CommandLine;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary>Where settings, keys and ledger lie.</summary>
    public static Option<string?> Home { get; } =
        new("--home")
        {
            Description = "Folder of settings, keys and ledger (default: HALLMARK_HOME, else ~/.hallmark).",
            HelpName = "folder",
            Recursive = true,
        };

    /// <summary>The MLflow store.</summary>
    public static Option<string?> TrackingUri { get; } =
        new("--tracking-uri")
        {
            Description =
                "The MLflow store: http(s)://…, file:///…, a folder, sqlite:///…, postgresql://… (default: MLFLOW_TRACKING_URI, else the settings, else ./mlruns).",
            HelpName = "uri",
            Recursive = true,
        };

    /// <summary>Where artifacts lie now.</summary>
    public static Option<string[]> Relocate { get; } =
        new("--relocate")
        {
            Description = "Read artifacts stored under OLD from NEW; may be repeated. For stores that were moved or restored.",
            HelpName = "OLD=NEW",
            Recursive = true,
            AllowMultipleArgumentsPerToken = false,
        };

    /// <summary>The signing key.</summary>
    public static Option<string?> Key { get; } =
        new("--key")
        {
            Description = "Sign with this key of keys/, or with the key file at this path.",
            HelpName = "name-or-file",
            Recursive = true,
        };

    /// <summary>JSON instead of text.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Write the result as JSON.", Recursive = true };

    /// <summary>Nothing shortened.</summary>
    public static Option<bool> Full { get; } =
        new("--full") { Description = "Shorten no hash and leave no difference out.", Recursive = true };

    /// <summary>No cached digests.</summary>
    public static Option<bool> Paranoid { get; } =
        new("--paranoid") { Description = "Read every byte again: use no cached digest.", Recursive = true };

    /// <summary>Causes of errors.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show what lies beneath an error.", Recursive = true };

    /// <summary>No connection.</summary>
    public static Option<bool> Offline { get; } =
        new("--offline") { Description = "Make no connection: what would need one is out of reach.", Recursive = true };

    /// <summary>Adds them all.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { Home, TrackingUri, Relocate, Key, Json, Full, Paranoid, Offline, Verbose })
        {
            root.Options.Add(option);
        }
    }
}
