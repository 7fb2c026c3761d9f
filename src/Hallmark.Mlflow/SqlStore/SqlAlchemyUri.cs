using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>
/// A database URI in the form MLflow takes it: <c>dialect[+driver]://[user[:password]@][host[:port]]/database[?key=value&amp;…]</c> (SQLAlchemy 2, "Engine
/// Configuration"). User, password and query are percent-decoded, the database is not. Never prints the password, nor anything that stood before the last <c>@</c>.
/// </summary>
internal sealed class SqlAlchemyUri
{
    private SqlAlchemyUri(string dialect, string display) => (Dialect, Display) = (dialect, display);

    /// <summary>The scheme before a <c>+</c>, lower case: <c>sqlite</c>, <c>postgresql</c> …</summary>
    public string Dialect { get; }

    /// <summary>The URI without user, password and query: fit to be shown.</summary>
    public string Display { get; }

    /// <summary>The user, or null.</summary>
    public string? User { get; private init; }

    /// <summary>The password, or null. A secret.</summary>
    public string? Password { get; private init; }

    /// <summary>The host, or empty.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The port, 1 to 65,535, or null.</summary>
    public int? Port { get; private init; }

    /// <summary>What follows the slash after the authority: for SQLite the file's path.</summary>
    public string Database { get; private init; } = "";

    /// <summary>The query's members; a name given twice keeps its last value.</summary>
    public IReadOnlyDictionary<string, string> Query { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Reads the URI.</summary>
    /// <exception cref="BadInputException">The text is not such a URI; the message holds nothing that might be a secret.</exception>
    public static SqlAlchemyUri Parse(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (DialectOf(uri) is not { } dialect)
        {
            throw new BadInputException(
                "This is not a database URI",
                "Write sqlite:///relative/mlflow.db, sqlite:////absolute/mlflow.db or postgresql://user:password@host:5432/database"
            );
        }

        var afterScheme = uri[(uri.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var scheme = uri[..(uri.Length - afterScheme.Length)];
        var queryAt = afterScheme.IndexOf('?', StringComparison.Ordinal);
        var main = queryAt < 0 ? afterScheme : afterScheme[..queryAt];
        var query = queryAt < 0 ? [] : ParseQuery(afterScheme[(queryAt + 1)..]);
        if (string.Equals(dialect, "sqlite", StringComparison.Ordinal))
        {
            return main.StartsWith('/')
                ? new SqlAlchemyUri(dialect, scheme + main) { Database = main[1..], Query = query }
                : throw new BadInputException(
                    "A SQLite URI has three slashes before a relative path and four before an absolute one",
                    "Write sqlite:///mlflow.db or sqlite:////srv/mlflow/mlflow.db"
                );
        }

        // A password with an unescaped '@', '/' or '?' must not end up in what is shown: such a URI is refused, and everything up to the last '@' counts
        // as credentials.
        if (queryAt >= 0 && afterScheme.IndexOf('@', queryAt) >= 0)
        {
            throw new BadInputException(
                "The database URI has an unescaped @ after a ?",
                "Write %40 for @ and %3F for ? in a user or password"
            );
        }

        var at = main.LastIndexOf('@');
        var credentials = at < 0 ? null : main[..at];
        var rest = main[(at + 1)..];
        var display = scheme + rest;
        if (credentials is not null && credentials.AsSpan().IndexOfAny('@', '/') >= 0)
        {
            throw new BadInputException(
                "The user or password of the database URI contains an unescaped @ or /",
                "Write %40 for @ and %2F for / in a user or password"
            );
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (host, port) = ParseHost(slash < 0 ? rest : rest[..slash]);
        var colon = credentials?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return new SqlAlchemyUri(dialect, display)
        {
            User = credentials is null ? null : Decode(colon < 0 ? credentials : credentials[..colon]),
            Password = colon < 0 ? null : Decode(credentials![(colon + 1)..]), // not null: a colon was found in it
            Host = host,
            Port = port,
            Database = slash < 0 ? "" : rest[(slash + 1)..],
            Query = query,
        };
    }

    /// <inheritdoc />
    public override string ToString() => Display;

    private static string? DialectOf(string uri)
    {
        var end = uri.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0)
        {
            return null;
        }

        var name = uri[..end];
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '_') ? name.Split('+')[0].ToLowerInvariant() : null;
    }

    private static (string Host, int? Port) ParseHost(string text)
    {
        string host;
        string port;
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
            {
                throw new BadInputException("The database URI's host begins with [ and has no ]");
            }

            (host, port) = (text[1..end], text[(end + 1)..]);
        }
        else
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            (host, port) = colon < 0 ? (text, "") : (text[..colon], text[colon..]);
        }

        if (port.Length == 0 || string.Equals(port, ":", StringComparison.Ordinal))
        {
            return (host, null);
        }

        return
            port[0] == ':'
            && int.TryParse(port.AsSpan(1), System.Globalization.NumberStyles.None, null, out var number)
            && number is > 0 and < 65_536
            ? (host, number)
            : throw new BadInputException("The database URI's port is not a number from 1 to 65535", "An @ in a password is written %40");
    }

    private static Dictionary<string, string> ParseQuery(string query)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            members[Decode(equals < 0 ? part : part[..equals])] = equals < 0 ? "" : Decode(part[(equals + 1)..].Replace('+', ' '));
        }

        return members;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
