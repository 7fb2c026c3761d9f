using System.Net;
using Hallmark.Core.Failures;
using Hallmark.Server.Scoring.Access;

namespace Hallmark.Server.Scoring;

/// <summary>How a scoring server is reached, by whom, and what it promises.</summary>
public sealed record ScoringServerOptions
{
    /// <summary>Where it listens; port 0 takes a free one. 127.0.0.1:5001 unless set.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 5001);

    /// <summary>Certificates, or null for plain HTTP.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>True to serve plain HTTP to other machines too: keys, inputs and answers are then read and changed by whoever is on the wire.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>Who may ask; anybody where there are no keys.</summary>
    public ApiKeys Keys { get; init; } = ApiKeys.None;

    /// <summary>What an answer waits for.</summary>
    public ReceiptWait Wait { get; init; }

    /// <summary>The name under which the model is served; the model's own unless set.</summary>
    public string? ModelName { get; init; }

    /// <summary>What it takes on at most.</summary>
    public ScoringLimits Limits { get; init; } = new();

    /// <summary>False where callers' span ids (W3C <c>traceparent</c>) do not go into the records.</summary>
    public bool CaptureTraces { get; init; } = true;

    /// <summary>True to take an MLflow trace from a request (<c>X-MLflow-Trace-Id</c>) into the record, and so into MLflow: who may ask may then tag any trace.</summary>
    public bool TakesMlflowTraces { get; init; }

    /// <summary>Refuses what must be asked for by name.</summary>
    /// <exception cref="BadInputException">Plain HTTP to other machines was not allowed.</exception>
    public void RequireSafe()
    {
        if (Tls is null && !AllowPlainHttp && !IPAddress.IsLoopback(Endpoint.Address))
        {
            throw new BadInputException(
                $"{Endpoint} is open to other machines, and without TLS whoever is on the wire reads and changes keys, inputs and answers",
                "give --tls-cert and --tls-key, or listen on 127.0.0.1",
                "where something in front does TLS: --allow-plain-http"
            );
        }
    }
}
