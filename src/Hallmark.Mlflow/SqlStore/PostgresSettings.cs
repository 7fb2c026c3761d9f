using System.Globalization;
using Hallmark.Core.Failures;
using Npgsql;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>Turns a SQLAlchemy URI with libpq's names (PostgreSQL 15, §34.1.2) into what Npgsql takes.</summary>
internal static class PostgresSettings
{
    private const int DefaultConnectTimeoutInSeconds = 30;
    private const int CommandTimeoutInSeconds = 60;

    /// <summary>The settings.</summary>
    /// <exception cref="BadInputException">The URI names no database, or a member of its query is not known.</exception>
    public static NpgsqlConnectionStringBuilder From(SqlAlchemyUri uri)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length > 0 ? uri.Host : "localhost",
            Port = uri.Port ?? 5432,
            Database = uri.Database,
            Timeout = DefaultConnectTimeoutInSeconds,
            CommandTimeout = CommandTimeoutInSeconds,
            ApplicationName = "hallmark",
        };
        if (uri.User is { Length: > 0 } user)
        {
            settings.Username = user;
        }

        if (uri.Password is { Length: > 0 } password)
        {
            settings.Password = password;
        }

        foreach (var (name, value) in uri.Query)
        {
            Apply(settings, name, value);
        }

        return settings.Database is { Length: > 0 }
            ? settings
            : throw new BadInputException("The PostgreSQL URI names no database", "Write postgresql://user:password@host:5432/database");
    }

    private static void Apply(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "host":
                settings.Host = value;
                break;
            case "port":
                settings.Port = Number(name, value, 65_535);
                break;
            case "dbname":
                settings.Database = value;
                break;
            case "user":
                settings.Username = value;
                break;
            case "password":
                settings.Password = value;
                break;
            case "connect_timeout":
                settings.Timeout = Number(name, value, 1024);
                break;
            case "application_name":
                settings.ApplicationName = value;
                break;
            case "options":
                settings.Options = value;
                break;
            case "sslmode":
                settings.SslMode = value switch
                {
                    "disable" => SslMode.Disable,
                    "allow" => SslMode.Allow,
                    "prefer" => SslMode.Prefer,
                    "require" => SslMode.Require,
                    "verify-ca" => SslMode.VerifyCA,
                    "verify-full" => SslMode.VerifyFull,
                    _ => throw new BadInputException("sslmode is one of disable, allow, prefer, require, verify-ca, verify-full"),
                };
                break;
            case "sslrootcert":
                settings.RootCertificate = value;
                break;
            case "sslcert":
                settings.SslCertificate = value;
                break;
            case "sslkey":
                settings.SslKey = value;
                break;
            default:
                throw new BadInputException(
                    $"The PostgreSQL URI has a setting that is not known here: {name}",
                    "Known are host, port, dbname, user, password, connect_timeout, application_name, options, sslmode, sslrootcert, sslcert, sslkey"
                );
        }
    }

    private static int Number(string name, string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most
            ? number
            : throw new BadInputException(
                string.Create(CultureInfo.InvariantCulture, $"{name} of the PostgreSQL URI is a number from 1 to {most}")
            );
}
