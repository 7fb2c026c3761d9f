namespace Hallmark.Cli.Output;

/// <summary>Where a command writes: results to <see cref="Out"/>, talk to <see cref="Error"/>. Colours only where somebody looks and has not asked for none.</summary>
internal sealed class Terminal(
    TextWriter output,
    TextWriter error,
    bool isOutputTerminal,
    bool isErrorTerminal,
    IReadOnlyDictionary<string, string> environment
)
{
    private const string Reset = "\e[0m";

    /// <summary>Results.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Progress, hints, errors.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>The environment's variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    /// <summary>True where a moving progress line can be shown.</summary>
    public bool ShowsProgress { get; } = isErrorTerminal && !IsDumb(environment);

    /// <summary>True where colours are wanted.</summary>
    public bool UsesColour { get; } = isOutputTerminal && !IsDumb(environment) && environment.GetValueOrDefault("NO_COLOR") is null or "";

    /// <summary>Text for something good.</summary>
    public string Good(string text) => Paint(text, "\e[32m");

    /// <summary>Text for something bad.</summary>
    public string Bad(string text) => Paint(text, "\e[31m");

    /// <summary>Text for something undecided.</summary>
    public string Undecided(string text) => Paint(text, "\e[33m");

    /// <summary>Text that stands back.</summary>
    public string Quiet(string text) => Paint(text, "\e[2m");

    /// <summary>Text that stands out.</summary>
    public string Strong(string text) => Paint(text, "\e[1m");

    private static bool IsDumb(IReadOnlyDictionary<string, string> environment) => environment.GetValueOrDefault("TERM") is "dumb";

    private string Paint(string text, string code) => UsesColour ? code + text + Reset : text;
}
