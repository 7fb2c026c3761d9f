using Hallmark.Anchors.ArioVerify;
using Hallmark.Anchors.Arweave;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;

namespace Hallmark.Home.Worlds;

/// <summary>The verification service of an Arweave anchor: the settings', else the environment's.</summary>
internal static class VerifyServices
{
    /// <summary>The variable of the family's own commands.</summary>
    public const string Variable = "ARIO_MLFLOW_ARIO_VERIFY_URL";

    /// <summary>What asks the service; null where none is named.</summary>
    /// <exception cref="BadInputException">The environment names something that is no address.</exception>
    public static AttestationRequest? Find(ArweaveSettings settings, WorldTools tools) =>
        FindClient(settings, tools) is var (client, options) ? new AttestationRequest(client, options, tools.Time) : null;

    /// <summary>A client of the service, and its options; null where none is named.</summary>
    /// <exception cref="BadInputException">The environment names something that is no address.</exception>
    public static (ArioVerifyClient Client, ArioVerifyOptions Options)? FindClient(ArweaveSettings settings, WorldTools tools)
    {
        if ((settings.Verify ?? FromEnvironment(tools)) is not { } address)
        {
            return null;
        }

        var options = new ArioVerifyOptions
        {
            Address = address,
            TrustedOperators = settings.Operators,
            MinimumLevel = settings.VerifyLevel,
        };
        return (new ArioVerifyClient(tools.CreateHttp(settings.AllowPlainHttp), options, tools.Time), options);
    }

    private static Uri? FromEnvironment(WorldTools tools) =>
        tools.Variable(Variable) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address.UserInfo.Length == 0
            ? address
        : throw new BadInputException($"{Variable} is not an address of a server", "such as https://gateway.example/local/verify");
}
