using System.CommandLine;
using System.Globalization;
using System.Net;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Mlflow.Events;
using Hallmark.Server.Scoring;
using Hallmark.Server.Scoring.Access;

namespace Hallmark.Cli.Commands.Serving;

/// <summary>How <c>hallmark serve</c> is reached, by whom, and what it takes on.</summary>
internal sealed class ServeOptions
{
    /// <summary>The environment variable with API keys, as the lines of a key file.</summary>
    public const string KeysVariable = "HALLMARK_API_KEYS";

    private static readonly ScoringLimits Unset = new();
    private static readonly LimitRange<int> Megabytes = new(1, ScoringLimits.BodySizesInBytes.Most >> 20);

    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Where to listen; port 0 takes a free one.",
        HelpName = "address:port",
        DefaultValueFactory = _ => "127.0.0.1:5001",
    };

    private readonly Option<string> _wait = new("--wait")
    {
        Description = "What an answer waits for: its prediction on disk, a signed checkpoint over it, or nothing.",
        HelpName = "logged|checkpointed|none",
        DefaultValueFactory = _ => "logged",
    };

    private readonly Option<string?> _name = new("--name") { Description = "The name to serve the model under.", HelpName = "name" };

    private readonly Option<FileInfo?> _keys = new("--api-keys")
    {
        Description = $"File with API keys, a line each: NAME KEY; for its owner only (else: {KeysVariable}, else anybody may ask).",
        HelpName = "file",
    };

    private readonly Option<FileInfo?> _certificate = new("--tls-cert")
    {
        Description = "PEM file with the server's certificate and its chain.",
        HelpName = "file",
    };

    private readonly Option<FileInfo?> _key = new("--tls-key")
    {
        Description = "PEM file with the certificate's private key, for its owner only.",
        HelpName = "file",
    };

    private readonly Option<FileInfo?> _clients = new("--client-ca")
    {
        Description = "PEM file with the authorities whose client certificates are let in (mTLS).",
        HelpName = "file",
    };

    private readonly Option<bool> _plain = new("--allow-plain-http")
    {
        Description = "Serve without TLS to other machines too: whoever is on the wire reads and changes keys, inputs and answers.",
    };

    private readonly Option<int> _body = new("--max-body")
    {
        Description = "The largest body, in MB.",
        HelpName = Show(Megabytes),
        DefaultValueFactory = _ => Unset.MaxBodySizeInBytes >> 20,
    };

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Predictions at once.",
        HelpName = Show(ScoringLimits.ConcurrentPredictions),
        DefaultValueFactory = _ => Unset.MaxConcurrentPredictions,
    };

    private readonly Option<int> _queue = new("--queue")
    {
        Description = "Requests that may wait for their turn; more are answered with 429.",
        HelpName = Show(ScoringLimits.QueuedPredictions),
        DefaultValueFactory = _ => Unset.MaxQueuedPredictions,
    };

    private readonly Option<int?> _rate = new("--rate")
    {
        Description = "Predictions a second for each API key, client certificate or address.",
        HelpName = "number",
    };

    private readonly Option<string> _timeout = new("--timeout")
    {
        Description = "How long a prediction may take with its receipt.",
        HelpName = "time",
        DefaultValueFactory = _ => $"{Unset.PredictionTime.TotalSeconds}s",
    };

    private readonly Option<string> _drainDelay = new("--drain-delay")
    {
        Description =
            "How long a stopped server still answers, though it says that it is not ready: as long as a load balancer needs to hear it.",
        HelpName = "time",
        DefaultValueFactory = _ => "0s",
    };

    private readonly Option<string> _drainTime = new("--drain-time")
    {
        Description = "How long a stopped server lets requests under way end, once it takes no new ones, before it cuts them off.",
        HelpName = "time",
        DefaultValueFactory = _ => $"{Unset.DrainTime.TotalSeconds}s",
    };

    private readonly Option<bool> _mlflowTraces = new("--mlflow-traces")
    {
        Description =
            "Take the MLflow trace that a request names (X-MLflow-Trace-Id) and write tags to it: whoever may ask may tag any trace.",
    };

    /// <summary>Adds all to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            var option in new Option[]
            {
                _listen,
                _wait,
                _name,
                _keys,
                _certificate,
                _key,
                _clients,
                _plain,
                _body,
                _concurrency,
                _queue,
                _rate,
                _timeout,
                _drainDelay,
                _drainTime,
                _mlflowTraces,
            }
        )
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them. The certificates, if any, are the caller's to dispose.</summary>
    /// <exception cref="BadInputException">One cannot be read.</exception>
    public ScoringServerOptions Read(ParseResult result, IReadOnlyDictionary<string, string> environment)
    {
        var body = Limit(result, _body, Megabytes);
        return new ScoringServerOptions
        {
            Endpoint = ReadEndpoint(result.GetValue(_listen)),
            Tls = ReadTls(result),
            AllowPlainHttp = result.GetValue(_plain),
            Keys = ReadKeys(result, environment),
            Wait = ReadWait(result.GetValue(_wait)),
            ModelName = ReadName(result.GetValue(_name)),
            CaptureTraces = SpanIds.IsCaptureOn(environment.GetValueOrDefault(SpanIds.Variable)),
            TakesMlflowTraces = result.GetValue(_mlflowTraces),
            Limits = new ScoringLimits
            {
                MaxBodySizeInBytes = body << 20,
                MaxBodiesInBytes = Math.Max(Unset.MaxBodiesInBytes, body * 2 << 20),
                MaxConcurrentPredictions = Limit(result, _concurrency, ScoringLimits.ConcurrentPredictions),
                MaxQueuedPredictions = Limit(result, _queue, ScoringLimits.QueuedPredictions),
                PredictionsPerSecond = result.GetValue(_rate) is null ? null : Limit(result, _rate, ScoringLimits.Rates),
                PredictionTime = ReadTime(result, _timeout, ScoringLimits.PredictionTimes),
                DrainDelay = ReadTime(result, _drainDelay, ScoringLimits.DrainDelays),
                DrainTime = ReadTime(result, _drainTime, ScoringLimits.DrainTimes),
            },
        };
    }

    private static int Limit<T>(ParseResult result, Option<T> option, LimitRange<int> range)
    {
        var value = result.GetValue(option) is int given ? given : range.Least;
        return range.Holds(value)
            ? value
            : throw new BadInputException(
                string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value} is outside its range"),
                string.Create(CultureInfo.InvariantCulture, $"{option.Name} takes {range.Least} to {range.Most}")
            );
    }

    private static string Show(LimitRange<int> range) => string.Create(CultureInfo.InvariantCulture, $"{range.Least}-{range.Most}");

    private static string? ReadName(string? name) =>
        name is null || (name.Length > 0 && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl))
            ? name
            : throw new BadInputException("a model's name stands in paths: it is not empty and has no / in it", "--name credit-scorer");

    private static IPEndPoint ReadEndpoint(string? text)
    {
        // Names are not looked up: what they stand for may change, and with it who can reach the server.
        var isLocal = text?.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) is true;
        var address = isLocal ? "127.0.0.1:" + text!["localhost:".Length..] : text; // it begins so, hence not null
        return address?.Contains(':', StringComparison.Ordinal) is true && IPEndPoint.TryParse(address, out var endpoint)
            ? endpoint
            : throw new BadInputException(
                $"\"{text}\" is no address with a port",
                "--listen 127.0.0.1:5001, or --listen [::]:443 with TLS"
            );
    }

    private static ReceiptWait ReadWait(string? text) =>
        text switch
        {
            "logged" => ReceiptWait.Logged,
            "checkpointed" => ReceiptWait.Checkpointed,
            "none" => ReceiptWait.None,
            _ => throw new BadInputException($"\"{text}\" is nothing that an answer can wait for", "--wait logged, checkpointed or none"),
        };

    private static TimeSpan ReadTime(ParseResult result, Option<string> option, LimitRange<TimeSpan> range)
    {
        var text = result.GetValue(option);
        return !DurationText.TryParse(text, out var time) ? throw new BadInputException($"\"{text}\" is not a time", $"{option.Name} 60s")
            : range.Holds(time) ? time
            : throw new BadInputException(
                $"{option.Name} {text} is outside its range",
                $"{option.Name} takes {(range.Least > TimeSpan.Zero ? "more than nothing and " : "")}at most {DurationText.Write(range.Most)}"
            );
    }

    private ServerTls? ReadTls(ParseResult result)
    {
        var (certificate, key, clients) = (result.GetValue(_certificate), result.GetValue(_key), result.GetValue(_clients));
        if (certificate is null && key is null && clients is null)
        {
            return null;
        }

        return certificate is not null && key is not null
            ? ServerTls.Read(certificate.FullName, key.FullName, clients?.FullName)
            : throw new BadInputException("TLS needs --tls-cert and --tls-key", "both are PEM files; --client-ca is for mTLS");
    }

    private ApiKeys ReadKeys(ParseResult result, IReadOnlyDictionary<string, string> environment)
    {
        if (result.GetValue(_keys) is { } file)
        {
            return ApiKeys.Parse(PrivateFile.ReadText(file.FullName, "API keys"), file.ToString());
        }

        return environment.GetValueOrDefault(KeysVariable) is { Length: > 0 } text ? ApiKeys.Parse(text, KeysVariable) : ApiKeys.None;
    }
}
