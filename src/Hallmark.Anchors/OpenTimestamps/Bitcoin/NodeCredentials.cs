using System.Text;

namespace Hallmark.Anchors.OpenTimestamps.Bitcoin;

/// <summary>Where user and password of a node's RPC come from: the environment, or the cookie file that the node writes. Never the settings, and never a message.</summary>
public sealed class NodeCredentials
{
    private const int MaxCookieSize = 1024;
    private readonly Func<string> _read;

    private NodeCredentials(Func<string> read) => _read = read;

    /// <summary>From two environment variables, read anew for each request.</summary>
    public static NodeCredentials FromEnvironment(
        string userVariable = "HALLMARK_BITCOIN_RPC_USER",
        string passwordVariable = "HALLMARK_BITCOIN_RPC_PASSWORD"
    ) =>
        new(() =>
            Environment.GetEnvironmentVariable(userVariable) is { Length: > 0 } user
            && Environment.GetEnvironmentVariable(passwordVariable) is { Length: > 0 } password
                ? $"{user}:{password}"
                : throw new AnchorUnavailableException(
                    $"the Bitcoin node's user and password are not set: {userVariable}, {passwordVariable}",
                    "export both, or name the node's cookie file (.cookie in its data directory)"
                )
        );

    /// <summary>From the file <c>.cookie</c> of the node's data directory, read anew for each request: the node writes a new one at each start.</summary>
    public static NodeCredentials FromCookieFile(string path) => new(() => ReadCookie(path));

    /// <summary>The value of the header <c>Authorization</c> after <c>Basic</c>.</summary>
    /// <exception cref="AnchorUnavailableException">There are none.</exception>
    internal string ReadBasic() => Convert.ToBase64String(Encoding.UTF8.GetBytes(_read()));

    private static string ReadCookie(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[MaxCookieSize];
            var text = Encoding.ASCII.GetString(buffer, 0, file.ReadAtLeast(buffer, MaxCookieSize, throwOnEndOfStream: false)).Trim();
            return text.Contains(':', StringComparison.Ordinal) && !text.Contains('\n', StringComparison.Ordinal)
                ? text
                : throw new AnchorUnavailableException($"{path} is not a Bitcoin node's cookie file");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AnchorUnavailableException(
                $"the Bitcoin node's cookie file {path} cannot be read: {fault.Message}",
                fault,
                "check that the node runs, and that this user may read its cookie"
            );
        }
    }
}
