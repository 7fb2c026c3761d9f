using Hallmark.Core.Failures;
using Hallmark.Mlflow.SqlStore;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>SQLAlchemy's URIs with libpq's names (PostgreSQL 15, §34.1.2): what they say is what is connected to, or it is refused by name.</summary>
public sealed class PostgresSettingsTests
{
    [Fact]
    public void A_bare_URI_has_libpqs_defaults_and_limits_of_time()
    {
        var settings = From("postgresql:///mlflow");
        Assert.Equal(
            ("localhost", 5432, "mlflow", null, null, "hallmark"),
            (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password, settings.ApplicationName)
        );
        Assert.Equal((30, 60), (settings.Timeout, settings.CommandTimeout));
    }

    [Theory]
    [InlineData("postgresql://u@h/d")]
    [InlineData("postgresql+psycopg2://u@h/d")]
    [InlineData("postgres://u@h/d")]
    [InlineData("postgresql://x@y:1/z?user=u&host=h&port=5432&dbname=d")]
    [InlineData("postgresql:///?host=h&user=u&dbname=d")]
    public void Members_of_the_query_go_before_the_rest(string uri)
    {
        var settings = From(uri);
        Assert.Equal(("h", 5432, "d", "u"), (settings.Host, settings.Port, settings.Database, settings.Username));
    }

    [Fact]
    public void Escapes_in_user_password_and_query_are_undone_and_in_the_database_are_not()
    {
        var settings = From("postgresql://a%40b:p%2Fw%3A%25@h/d%41?application_name=two+words&options=-c%20search_path%3Dmlflow");
        Assert.Equal(
            ("a@b", "p/w:%", "d%41", "two words", "-c search_path=mlflow"),
            (settings.Username, settings.Password, settings.Database, settings.ApplicationName, settings.Options)
        );
        Assert.Equal("hidden", From("postgresql://u:seen@h/d?password=hidden").Password);
    }

    [Theory]
    [InlineData("disable", "Disable")]
    [InlineData("allow", "Allow")]
    [InlineData("prefer", "Prefer")]
    [InlineData("require", "Require")]
    [InlineData("verify-ca", "VerifyCA")]
    [InlineData("verify-full", "VerifyFull")]
    public void The_mode_of_TLS_is_the_one_asked_for_and_never_a_weaker_one(string mode, string expected) =>
        Assert.Equal(expected, From("postgresql://h/d?sslmode=" + mode).SslMode.ToString());

    [Theory]
    [InlineData("verify_full")]
    [InlineData("VERIFY-FULL")]
    [InlineData("")]
    [InlineData("true")]
    public void A_mode_that_libpq_does_not_know_is_refused_and_not_taken_for_none(string mode)
    {
        var failure = Refused("postgresql://h/d?sslmode=" + mode);
        Assert.Equal("sslmode is one of disable, allow, prefer, require, verify-ca, verify-full", failure.Message);
    }

    [Fact]
    public void Certificates_are_taken_by_libpqs_names()
    {
        var settings = From("postgresql://h/d?sslrootcert=/etc/ca.pem&sslcert=/etc/c.pem&sslkey=/etc/k.pem");
        Assert.Equal(("/etc/ca.pem", "/etc/c.pem", "/etc/k.pem"), (settings.RootCertificate, settings.SslCertificate, settings.SslKey));
    }

    [Theory]
    [InlineData("port", "1", 1)]
    [InlineData("port", "65535", 65535)]
    [InlineData("connect_timeout", "1", 1)]
    [InlineData("connect_timeout", "1024", 1024)]
    public void A_number_is_taken_up_to_its_bound(string name, string value, int expected)
    {
        var settings = From($"postgresql://h/d?{name}={value}");
        Assert.Equal(expected, name == "port" ? settings.Port : settings.Timeout);
    }

    [Theory]
    [InlineData("port", "0", 65535)]
    [InlineData("port", "65536", 65535)]
    [InlineData("port", "-1", 65535)]
    [InlineData("port", "", 65535)]
    [InlineData("port", "5432x", 65535)]
    [InlineData("connect_timeout", "0", 1024)]
    [InlineData("connect_timeout", "1025", 1024)]
    [InlineData("connect_timeout", "1.5", 1024)]
    [InlineData("connect_timeout", "99999999999", 1024)]
    public void One_beyond_it_is_refused_with_the_bound(string name, string value, int most) =>
        Assert.Equal($"{name} of the PostgreSQL URI is a number from 1 to {most}", Refused($"postgresql://h/d?{name}={value}").Message);

    [Theory]
    [InlineData("postgresql://h")]
    [InlineData("postgresql://h/")]
    [InlineData("postgresql://h/d?dbname=")]
    public void A_URI_without_a_database_is_refused(string uri) =>
        Assert.Equal("The PostgreSQL URI names no database", Refused(uri).Message);

    [Fact]
    public void A_member_that_is_not_known_is_named_and_its_value_is_not()
    {
        var failure = Refused("postgresql://h/d?pass_word=secret");
        Assert.Equal("The PostgreSQL URI has a setting that is not known here: pass_word", failure.Message);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Known are host, port, dbname, user, password, ", Assert.Single(failure.Hints), StringComparison.Ordinal);
    }

    private static Npgsql.NpgsqlConnectionStringBuilder From(string uri) => PostgresSettings.From(SqlAlchemyUri.Parse(uri));

    private static BadInputException Refused(string uri) => Assert.Throws<BadInputException>(() => From(uri));
}
