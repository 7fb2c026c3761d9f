using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Evidence;
using Hallmark.Core.Failures;
using Hallmark.Core.Json;

namespace Hallmark.Cli.Commands;

/// <summary>What only bundles of the ar.io family take: <c>--logs</c>, <c>--gateway</c> (envelope family §16).</summary>
internal sealed class FamilyOptions
{
    private const int MaxLogsSize = 64 << 20;

    private readonly Option<FileInfo?> _logs = new("--logs")
    {
        Description = "Content that is disclosed beside an ar.io bundle: JSON from event id to hex or text.",
        HelpName = "file",
    };

    private readonly Option<string[]> _gateways = new("--gateway")
    {
        Description = "Ask this gateway whether an ar.io bundle's checkpoints are published; may be repeated.",
        HelpName = "url",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_logs);
        command.Options.Add(_gateways);
    }

    /// <summary>What was named.</summary>
    /// <exception cref="BadInputException">A gateway is no address, there are more than 16, or the file is no such JSON.</exception>
    public async Task<EvidenceInputs> ReadAsync(ParseResult result, CancellationToken token)
    {
        var gateways = result.GetValue(_gateways) ?? [];
        if (gateways.Length > 16 || gateways.FirstOrDefault(gateway => !Uri.TryCreate(gateway, UriKind.Absolute, out _)) is not null)
        {
            throw new BadInputException("--gateway takes an address, at most 16 times", "--gateway https://arweave.net");
        }

        return new EvidenceInputs
        {
            Gateways = gateways,
            DisclosedContent = result.GetValue(_logs) is { } file
                ? ReadLogs(await BundleFile.ReadAsync(file, MaxLogsSize, token).ConfigureAwait(false), file)
                : new Dictionary<string, string>(),
        };
    }

    private static Dictionary<string, string> ReadLogs(byte[] bytes, FileInfo file)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (eventId, content) in Parse(bytes, file))
        {
            var text =
                content is JsonValue value && value.GetValueKind() is JsonValueKind.String
                    ? value.GetValue<string>()
                    : throw new BadInputException($"{file}: the content of event {eventId} is not a text");
            found[eventId] = IsHex(text) ? text : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        }

        return found;
    }

    private static JsonObject Parse(byte[] bytes, FileInfo file)
    {
        try
        {
            return StrictJson.Parse(bytes) as JsonObject ?? throw new BadInputException($"{file} is not a JSON object");
        }
        catch (JsonRejectedException refusal)
        {
            throw new BadInputException($"{file} is not JSON: {refusal.Message}", refusal);
        }
    }

    private static bool IsHex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
}
