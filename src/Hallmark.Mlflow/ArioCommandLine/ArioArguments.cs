namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>The original's arguments (mlflow-events.md §17), with the habits of the parser it uses: <c>--name value</c>, <c>--name=value</c>, options anywhere, <c>--</c> ends them.</summary>
internal static class ArioArguments
{
    public const string Usage = """
        usage: verify run <run id>
               verify model <name>[/<version>]
               verify trace <trace id>
               audit <name>[/<version>] [--format text|json] [--output <file>]

        """;

    /// <summary>Understands a command line.</summary>
    /// <returns>The request, or null with what is wrong.</returns>
    public static (ArioRequest? Request, string? Error) Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || IsHelp(arguments[0]))
        {
            return (new ArioRequest(ArioVerb.Help), null);
        }

        if (arguments[0] == "audit")
        {
            return ParseAudit([.. arguments.Skip(1)]);
        }

        if (arguments[0] != "verify")
        {
            return (null, $"there is no command \"{ArioText.Shown(arguments[0])}\"; choose verify or audit");
        }

        return arguments.Count == 1 ? (null, "verify what? choose run, model or trace")
            : IsHelp(arguments[1]) ? (new ArioRequest(ArioVerb.Help), null)
            : arguments[1] switch
            {
                "run" => ParseVerify(ArioVerb.VerifyRun, [.. arguments.Skip(2)]),
                "model" => ParseVerify(ArioVerb.VerifyModel, [.. arguments.Skip(2)]),
                "trace" => ParseVerify(ArioVerb.VerifyTrace, [.. arguments.Skip(2)]),
                var other => (null, $"\"{ArioText.Shown(other)}\" cannot be verified; choose run, model or trace"),
            };
    }

    private static (ArioRequest? Request, string? Error) ParseVerify(ArioVerb verb, string[] arguments)
    {
        var (values, options, error) = Split(arguments, []);
        return error is not null ? (null, error)
            : options.ContainsKey("--help") ? (new ArioRequest(ArioVerb.Help), null)
            : Subject(verb, values);
    }

    private static (ArioRequest? Request, string? Error) ParseAudit(string[] arguments)
    {
        var (values, options, error) = Split(arguments, ["--format", "--output"]);
        if (error is not null)
        {
            return (null, error);
        }

        if (options.ContainsKey("--help"))
        {
            return (new ArioRequest(ArioVerb.Help), null);
        }

        var format = options.GetValueOrDefault("--format", "text");
        if (format is not ("text" or "json"))
        {
            return (null, $"--format is text or json, not \"{ArioText.Shown(format)}\"");
        }

        var (request, wrong) = Subject(ArioVerb.Audit, values);
        var path = options.GetValueOrDefault("--output") is { Length: > 0 } given ? given : null;
        return (request is null ? null : request with { IsJson = format == "json", OutputPath = path }, wrong);
    }

    private static (ArioRequest? Request, string? Error) Subject(ArioVerb verb, List<string> values)
    {
        if (values.Count != 1 || values[0].Length == 0)
        {
            return (
                null,
                values.Count > 1 ? $"one name or id is enough; \"{ArioText.Shown(values[1])}\" is one too many" : "a name or id is missing"
            );
        }

        if (verb is ArioVerb.VerifyRun or ArioVerb.VerifyTrace)
        {
            return (new ArioRequest(verb, values[0]), null);
        }

        var parts = values[0].Split('/');
        return parts[0].Length == 0 || (parts.Length > 1 && parts[1].Length == 0)
            ? (null, $"\"{ArioText.Shown(values[0])}\" is not <name>/<version>")
            : (new ArioRequest(verb, parts[0], parts.Length > 1 ? parts[1] : "1"), null);
    }

    private static (List<string> Values, Dictionary<string, string> Options, string? Error) Split(string[] arguments, string[] known)
    {
        var (values, options) = (new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                values.AddRange(arguments[(i + 1)..]);
                break;
            }

            if (!IsOption(argument))
            {
                values.Add(argument);
                continue;
            }

            if (IsHelp(argument))
            {
                options["--help"] = "";
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument : argument[..equals];
            if (!known.Contains(name))
            {
                return (values, options, $"there is no option {ArioText.Shown(name)} here");
            }

            if (equals < 0 && (i + 1 >= arguments.Length || IsOption(arguments[i + 1])))
            {
                return (values, options, $"{name} needs a value");
            }

            options[name] = equals < 0 ? arguments[++i] : argument[(equals + 1)..];
        }

        return (values, options, null);
    }

    private static bool IsHelp(string argument) => argument is "-h" or "--help";

    private static bool IsOption(string argument) => argument.Length > 1 && argument[0] == '-';
}
