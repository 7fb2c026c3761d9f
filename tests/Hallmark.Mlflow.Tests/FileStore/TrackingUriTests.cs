using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;

namespace Hallmark.Mlflow.Tests.FileStore;

public sealed class TrackingUriTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://host:5000", "http")]
    [InlineData("HTTPS://host", "https")]
    [InlineData("postgresql+psycopg2://host/db", "postgresql")]
    [InlineData("sqlite:////abs/mlflow.db", "sqlite")]
    [InlineData("file:///x", "file")]
    [InlineData("./mlruns", "")]
    [InlineData("/a:b", "")]
    [InlineData("mlruns", "")]
    public void The_scheme_says_which_store_it_is(string uri, string scheme) => Assert.Equal(scheme, TrackingUris.SchemeOf(uri));

    [Theory]
    [InlineData("http://host:5000/path", "http://host:5000/path")]
    [InlineData("https://user:hunter2@host/path", "https://host/path")]
    [InlineData("https://user:hunter2@with@host/path", "https://host/path")]
    [InlineData("postgresql://u:hunter2/x@host:5432/db", "postgresql://host:5432/db")]
    [InlineData("postgresql://host/db?user=u&password=hunter2&sslmode=require", "postgresql://host/db?user=u&sslmode=require")]
    [InlineData("postgresql://host/db?PASSWORD=hunter2", "postgresql://host/db")]
    [InlineData("http://host:8080/a@b", "http://host:8080/a@b")]
    [InlineData("http://[::1]:5000/x", "http://[::1]:5000/x")]
    [InlineData("./mlruns", "./mlruns")]
    [InlineData("sqlite:///a@b.db", "sqlite:///a@b.db")]
    public void Credentials_are_never_shown(string uri, string shown) => Assert.Equal(shown, TrackingUris.WithoutCredentials(uri));

    [Theory]
    [InlineData("mysql://root:hunter2@host/db")]
    [InlineData("databricks://profile")]
    [InlineData("ftp://user:hunter2@host/")]
    public void A_URI_of_no_known_form_is_bad_input_with_the_forms_as_hints(string uri)
    {
        var failure = Assert.ThrowsAny<BadInputException>(() => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri }));
        Assert.Equal(2, failure.ExitCode);
        Assert.DoesNotContain("hunter2", failure.ToString() + string.Join(' ', failure.Hints));
        Assert.Contains(failure.Hints, hint => hint.Contains("sqlite:///", StringComparison.Ordinal));
        Assert.Contains(failure.Hints, hint => hint.Contains("./mlruns", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_an_empty_one_and_one_that_is_no_store_are_three_failures()
    {
        var missing = Fault(Path.Combine(_folder.Path, "missing"));
        Assert.Contains("There is no folder", missing);
        Directory.CreateDirectory(_folder.File("empty/x/..") + "/");
        Assert.Contains("is empty", Fault(Directory.CreateDirectory(Path.Combine(_folder.Path, "empty2")).FullName));
        File.WriteAllText(_folder.File("other/readme.txt"), "x");
        Assert.Contains("holds no MLflow store", Fault(Path.Combine(_folder.Path, "other")));
        Assert.Contains("names a file", Fault(_folder.File("other/readme.txt")));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "missing")));

        static string Fault(string uri)
        {
            var failure = Assert.ThrowsAny<BadInputException>(() => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri }));
            Assert.NotEmpty(failure.Hints);
            return failure.Message;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("file:///a%00b")]
    public void A_URI_that_is_no_path_is_bad_input(string uri) =>
        Assert.ThrowsAny<BadInputException>(() => MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri }));

    [Fact]
    public async Task A_store_opens_by_path_and_by_file_URI()
    {
        var root = ProjectFiles.TestData("mlflow/3.6/file/mlruns");
        foreach (var uri in new[] { root, "file://" + root, "file:" + root, Path.GetRelativePath(Environment.CurrentDirectory, root) })
        {
            await using var store = MlflowStores.Open(new MlflowStoreOptions { TrackingUri = uri });
            Assert.Equal(uri, store.TrackingUri);
            Assert.Equal(3, (await store.ListExperimentsAsync(default)).Count);
        }
    }

    [Fact]
    public void MLflows_environment_variables_are_honoured()
    {
        var none = MlflowStoreOptions.FromEnvironment(_ => null);
        Assert.Equal(("./mlruns", MlflowCredentials.None, false), (none.TrackingUri, none.Credentials, none.AllowInsecureTls));
        var variables = new Dictionary<string, string>
        {
            ["MLFLOW_TRACKING_URI"] = "https://host",
            ["MLFLOW_TRACKING_USERNAME"] = "u",
            ["MLFLOW_TRACKING_PASSWORD"] = "hunter2",
            ["MLFLOW_TRACKING_TOKEN"] = "hunter3",
            ["MLFLOW_TRACKING_INSECURE_TLS"] = "true",
        };
        var all = MlflowStoreOptions.FromEnvironment(variables.GetValueOrDefault);
        Assert.Equal(
            ("https://host", "u", "hunter2", "hunter3", true),
            (all.TrackingUri, all.Credentials.Username, all.Credentials.Password, all.Credentials.Token, all.AllowInsecureTls)
        );
        Assert.DoesNotContain("hunter", all.ToString());
        Assert.False(MlflowStoreOptions.FromEnvironment(name => name == "MLFLOW_TRACKING_INSECURE_TLS" ? "false" : null).AllowInsecureTls);
    }
}
