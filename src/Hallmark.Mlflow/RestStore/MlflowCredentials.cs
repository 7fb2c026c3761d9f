using System.Net.Http.Headers;
using System.Text;

namespace Hallmark.Mlflow.RestStore;

/// <summary>What is sent in <c>Authorization</c>, and how it is kept out of messages.</summary>
internal sealed class MlflowCredentials
{
    private readonly string[] _secrets;

    private MlflowCredentials(AuthenticationHeaderValue? header, params string[] secrets)
    {
        Header = header;
        _secrets = secrets;
    }

    /// <summary>The header, or null where nothing is configured.</summary>
    public AuthenticationHeaderValue? Header { get; }

    /// <summary>Takes user and password where both are set, else the token, else what stood in the address.</summary>
    public static MlflowCredentials From(MlflowServerOptions options, string userInfo)
    {
        var (username, password) = (options.Username, options.Password);
        if ((username is null || password is null) && options.Token is { } token)
        {
            return new MlflowCredentials(new AuthenticationHeaderValue("Bearer", token), token);
        }

        if ((username is null || password is null) && userInfo.Length > 0)
        {
            var parts = userInfo.Split(':', 2);
            username = Uri.UnescapeDataString(parts[0]);
            password = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
        }

        if (username is null || password is null)
        {
            return new MlflowCredentials(header: null);
        }

        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(username + ":" + password));
        return new MlflowCredentials(new AuthenticationHeaderValue("Basic", encoded), password, encoded);
    }

    /// <summary>A server may echo what it was sent: secrets are blotted out before a text reaches a message.</summary>
    public string Blot(string text)
    {
        foreach (var secret in _secrets)
        {
            if (secret.Length >= 4)
            {
                text = text.Replace(secret, "***", StringComparison.Ordinal);
            }
        }

        return text;
    }
}
