using System.Reflection;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.SqlStore;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>Database URIs as MLflow's users write them, and what they never reveal.</summary>
public sealed class SqlAlchemyUriTests
{
    [Theory]
    [InlineData("sqlite:///mlflow.db", "mlflow.db")]
    [InlineData("sqlite:///data/my%20file.db", "data/my%20file.db")]
    [InlineData("sqlite:////srv/mlflow.db", "/srv/mlflow.db")]
    [InlineData("SQLite+pysqlite:////srv/a@b/mlflow.db?timeout=3", "/srv/a@b/mlflow.db")]
    public void Three_slashes_are_relative_and_four_absolute(string text, string path)
    {
        var uri = SqlAlchemyUri.Parse(text);

        Assert.Equal("sqlite", uri.Dialect);
        Assert.Equal(path, uri.Database);
    }

    [Fact]
    public void A_server_URI_is_taken_apart_and_its_escapes_undone()
    {
        var uri = SqlAlchemyUri.Parse(
            "postgresql+psycopg2://us%40er:p%40ss%2Fw%3Ard%3F%25@db.example:6432/mlflow?sslmode=require&connect_timeout=3"
        );

        Assert.Equal("postgresql", uri.Dialect);
        Assert.Equal("us@er", uri.User);
        Assert.Equal("p@ss/w:rd?%", uri.Password);
        Assert.Equal("db.example", uri.Host);
        Assert.Equal(6432, uri.Port);
        Assert.Equal("mlflow", uri.Database);
        Assert.Equal("require", uri.Query["sslmode"]);
        Assert.Equal("postgresql+psycopg2://db.example:6432/mlflow", uri.Display);
    }

    [Fact]
    public void An_IPv6_host_stands_in_brackets()
    {
        var uri = SqlAlchemyUri.Parse("postgresql://[::1]:5433/mlflow");

        Assert.Equal("::1", uri.Host);
        Assert.Equal(5433, uri.Port);
    }

    [Theory]
    [InlineData("postgresql://u:secret@host/db")]
    [InlineData("postgresql://u:secret@host:port/db")]
    [InlineData("postgresql://u:se@secret@host/db")]
    [InlineData("postgresql://u:se/secret@host/db")]
    [InlineData("postgresql://u:1?secret@host/db")]
    [InlineData("postgresql://u:secret@host")]
    [InlineData("postgresql://u:secret@[::1/db")]
    [InlineData("postgresql://host/db?password=secret")]
    [InlineData("postgresql://host/db?secret=1")]
    [InlineData("mysql+pymysql://u:secret@host/db")]
    [InlineData("postgresql://u:secret@127.0.0.1:1/db?connect_timeout=1")]
    [InlineData("postgresql:///u:secret@host/db")]
    [InlineData("sqlite://u:secret@host/db")]
    public async Task A_password_is_never_shown(string text)
    {
        var shown = new List<string>();
        try
        {
            await using var store = SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = text });
            shown.Add(store.TrackingUri);
            if (text.Contains("connect_timeout", StringComparison.Ordinal))
            {
                await store.ListExperimentsAsync(default);
            }
        }
        catch (HallmarkException failure)
        {
            shown.Add(failure.ToString());
            shown.AddRange(failure.Hints);
        }

        Assert.NotEmpty(shown);
        Assert.All(
            shown,
            line =>
                Assert.DoesNotContain(
                    text.Contains("?secret=", StringComparison.Ordinal) ? "secret=1" : "secret",
                    line,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void What_holds_a_password_does_not_print_it()
    {
        var uri = SqlAlchemyUri.Parse("postgresql://u:secret@host/db");

        Assert.Equal("postgresql://host/db", uri.ToString());
        Assert.Null(typeof(SqlAlchemyUri).GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mlruns")]
    [InlineData("sqlite:mlflow.db")]
    [InlineData("sqlite://mlflow.db")]
    [InlineData("sqlite://")]
    [InlineData("sqlite:///")]
    [InlineData("sqlite:///:memory:")]
    [InlineData("sqlite:///file:x.db?uri=true")]
    [InlineData("postgresql://host:0/db")]
    [InlineData("postgresql://host:70000/db")]
    [InlineData("postgresql://host")]
    [InlineData("postgresql://host/db?sslmode=maybe")]
    [InlineData("postgresql://host/db?connect_timeout=soon")]
    [InlineData("postgresql://host/db?nobody_knows=this")]
    [InlineData("mssql+pyodbc://host/db")]
    public void What_is_no_database_of_ours_is_bad_input(string text)
    {
        var failure = Assert.ThrowsAny<HallmarkException>(() => SqlMlflowStore.Open(new MlflowStoreOptions { TrackingUri = text }));

        Assert.Equal(2, failure.ExitCode);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
