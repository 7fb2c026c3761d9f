using System.Net;
using System.Net.Sockets;
using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Home.Settings;
using Hallmark.Mlflow.Stores;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Home.Tests;

/// <summary>Which MLflow store a command works with, which others the outbox's work may open, and that nothing is connected to while a command is offline.</summary>
public sealed class SessionStoresTests : IDisposable
{
    private readonly HomeScene _scene = new();
    private readonly List<bool> _insecure = [];

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("http://named", "http://environment", "http://settings", "http://named")]
    [InlineData(null, "http://environment", "http://settings", "http://environment")]
    [InlineData(null, "", "http://settings", "http://settings")]
    [InlineData(null, null, "http://settings", "http://settings")]
    [InlineData(null, "http://environment", null, "http://environment")]
    public async Task What_is_named_comes_before_the_variable_and_that_before_the_settings(
        string? named,
        string? variable,
        string? setting,
        string expected
    )
    {
        if (variable is not null)
        {
            _scene.Environment["MLFLOW_TRACKING_URI"] = variable;
        }

        await using var session = _scene.Open(new HallmarkSettings { TrackingUri = setting }, trackingUri: named);
        var store = session.OpenStore();
        Assert.Equal(expected, store.TrackingUri.TrimEnd('/'));
        Assert.Same(store, session.OpenStore());
    }

    [Theory]
    [InlineData("http://mlflow:5000", "http")]
    [InlineData("HTTPS://mlflow", "HTTPS")]
    [InlineData("postgresql://me:t0psecret@db/mlflow", "postgresql")]
    [InlineData("postgres://db/mlflow", "postgres")]
    [InlineData("postgresql+psycopg2://db/mlflow", "postgresql+psycopg2")]
    [InlineData("mysql+pymysql://db/mlflow", "mysql+pymysql")]
    [InlineData("databricks://profile", "databricks")]
    public async Task Offline_no_store_on_the_network_is_opened_and_its_address_is_not_told(string uri, string shown)
    {
        await using var session = _scene.Open(isOffline: true, trackingUri: uri);
        var refused = Assert.Throws<UnavailableException>(() => session.OpenStore());
        Assert.Equal($"the store is on the network ({shown}), and the command is offline", refused.Message);
        Assert.Equal(["name a copy of it with --tracking-uri, or leave --offline out"], refused.Hints);
        Assert.Equal(3, refused.ExitCode);
    }

    [Theory]
    [InlineData("mysql-runs")]
    [InlineData("postgres/mlruns")]
    [InlineData("https")]
    public async Task Offline_a_folder_is_a_folder_whatever_its_name_begins_with(string folder)
    {
        await using var session = _scene.Open(isOffline: true, trackingUri: folder);
        var refused = Assert.ThrowsAny<HallmarkException>(() => session.OpenStore());
        Assert.DoesNotContain("network", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_a_folder_and_a_database_file_are_opened()
    {
        var folder = _scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        foreach (var uri in new[] { folder, "file://" + folder, $"sqlite:///{_scene.Folder.File("mlflow.db")}" })
        {
            await using var session = _scene.Open(isOffline: true, trackingUri: uri);
            Assert.NotNull(session.OpenStore().Place);
        }
    }

    /// <summary>Work of an earlier command waits for a store on the network; <c>hallmark outbox drain --offline</c> with a store here must not go there.</summary>
    [Fact]
    public async Task Offline_the_outboxs_work_opens_no_store_on_the_network_though_the_commands_own_is_here()
    {
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        var folder = _scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        await using var stores = Stores(folder, isOffline: true);
        foreach (var uri in new[] { $"postgresql://{database.LocalEndpoint}/mlflow", $"http://{database.LocalEndpoint}" })
        {
            var refused = Assert.Throws<UnavailableException>(() => stores.Reopen(uri));
            Assert.Contains("and the command is offline", refused.Message, StringComparison.Ordinal);
        }

        Assert.False(database.Pending());
    }

    [Fact]
    public async Task Offline_the_outboxs_work_for_a_store_here_is_done_though_the_commands_own_is_on_the_network()
    {
        var folder = _scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        await using var stores = Stores("http://mlflow:5000", isOffline: true);
        Assert.NotNull(await stores.Reopen(folder).FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None));
        Assert.Throws<UnavailableException>(() => stores.Reopen("http://mlflow:5000"));
    }

    /// <summary>Work names its store without credentials.</summary>
    [Fact]
    public async Task The_credentials_in_the_commands_own_address_open_its_own_store_and_go_nowhere_else()
    {
        await using var own = await LoopbackServer.StartAsync(NotFoundAsync);
        await using var other = await LoopbackServer.StartAsync(NotFoundAsync);
        await using var stores = Stores(own.Address.Replace("http://", "http://me:t0psecret@", StringComparison.Ordinal));
        foreach (var server in new[] { own, other })
        {
            await using var store = stores.Reopen(server.Address);
            Assert.Null(await store.FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None));
        }

        Assert.Equal("Basic " + Convert.ToBase64String("me:t0psecret"u8), Assert.Single(own.Asked).Authorization);
        Assert.Equal("", Assert.Single(other.Asked).Authorization);
    }

    /// <summary>The variables speak of the server that <c>MLFLOW_TRACKING_URI</c> names: another one, which work in the outbox waits for, learns neither password nor token.</summary>
    [Theory]
    [InlineData("me", "t0psecret", null, "Basic bWU6dDBwc2VjcmV0")]
    [InlineData(null, null, "t0ken", "Bearer t0ken")]
    public async Task The_environments_credentials_open_the_environments_server_and_go_to_no_other_that_work_waits_for(
        string? user,
        string? password,
        string? token,
        string expected
    )
    {
        await using var own = await LoopbackServer.StartAsync(NotFoundAsync);
        await using var other = await LoopbackServer.StartAsync(NotFoundAsync);
        SetEnvironment(own.Address + "/", user, password, token);
        await using var stores = Stores(trackingUri: null);
        foreach (var server in new[] { own, other })
        {
            await using var store = stores.Reopen(server.Address);
            Assert.Null(await store.FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None));
        }

        Assert.Equal(expected, Assert.Single(own.Asked).Authorization);
        Assert.Equal("", Assert.Single(other.Asked).Authorization);

        // The first one was made to see which store is this command's own.
        Assert.Equal([true, true, false], _insecure);
    }

    [Fact]
    public async Task Work_for_the_environments_server_is_done_with_its_credentials_though_the_command_works_with_another_store()
    {
        await using var server = await LoopbackServer.StartAsync(NotFoundAsync);
        SetEnvironment(server.Address, "me", "t0psecret", token: null);
        await using var stores = Stores(_scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns"));
        await using var store = stores.Reopen(server.Address);
        Assert.Null(await store.FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None));
        Assert.Equal("Basic bWU6dDBwc2VjcmV0", Assert.Single(server.Asked).Authorization);
    }

    /// <summary><c>--relocate OLD=NEW</c> says that both addresses are one server.</summary>
    [Fact]
    public async Task Work_for_a_former_address_of_the_commands_own_server_goes_to_the_new_one_with_its_credentials()
    {
        await using var server = await LoopbackServer.StartAsync(NotFoundAsync);
        SetEnvironment(server.Address, "me", "t0psecret", token: null);
        await using var stores = new SessionStores(
            Options(trackingUri: null) with
            {
                Relocations = ["http://mlflow.old:5000=" + server.Address],
            },
            CreateClient
        );
        await using var store = stores.Reopen("http://mlflow.old:5000");
        Assert.Null(await store.FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None));
        Assert.Equal("Basic bWU6dDBwc2VjcmV0", Assert.Single(server.Asked).Authorization);
    }

    [Fact]
    public async Task A_server_that_asks_work_for_a_user_makes_it_wait_and_says_why_none_was_named()
    {
        await using var other = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        SetEnvironment("http://mlflow", "me", "t0psecret", token: null);
        await using var stores = Stores(trackingUri: null);
        await using var store = stores.Reopen(other.Address);
        var failure = await Assert.ThrowsAsync<MlflowUnavailableException>(() =>
            store.FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None)
        );
        Assert.Equal(
            "the MLflow server asks for a user, and no credentials were sent: they go only to the server that --tracking-uri, MLFLOW_TRACKING_URI or the settings name",
            failure.Message
        );
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_now_is_waited_for_and_not_given_up()
    {
        await using var stores = Stores(trackingUri: null);
        var gone = Path.Combine(_scene.Folder.Path, "share/mlruns");
        var failure = Assert.Throws<MlflowUnavailableException>(() => stores.Reopen(gone));
        Assert.StartsWith($"the store {gone} cannot be opened now: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["bring it back, then: hallmark outbox drain"], failure.Hints);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("no://such", null, null)]
    [InlineData("http://me:t0psecret@mlflow", null, "http://mlflow")]
    [InlineData(null, "http://mlflow", "http://mlflow")]
    public async Task Predictions_are_written_back_only_to_a_store_that_somebody_named_and_that_can_be_opened(
        string? named,
        string? variable,
        string? place
    )
    {
        if (variable is not null)
        {
            _scene.Environment["MLFLOW_TRACKING_URI"] = variable;
        }

        await using var stores = Stores(named);
        Assert.Equal(place, stores.FindNamed()?.TrimEnd('/'));
    }

    [Fact]
    public async Task Offline_no_place_for_a_predictions_tags_is_no_reason_to_refuse_it()
    {
        await using var stores = Stores("http://mlflow", isOffline: true);
        Assert.Null(stores.FindNamed());
    }

    [Fact]
    public async Task A_relocation_that_is_named_holds_where_the_settings_say_another_place()
    {
        var folder = _scene.Folder.CopyOf(ProjectFiles.TestData("mlflow/3.6/file/mlruns"), "mlruns");
        await using var stores = new SessionStores(
            Options(folder) with
            {
                Relocations = ["/srv/mlflow/mlruns=" + folder],
                Settings = new HallmarkSettings { Relocations = ["/srv/mlflow/mlruns=/nowhere"] },
            },
            _ => throw new InvalidOperationException("nobody is asked")
        );
        var store = stores.Open();
        var run = await store.FindRunAsync("881f3dedcc6846dab35f536d068c2583", CancellationToken.None);
        Assert.StartsWith(folder, store.OpenArtifacts(run!.ArtifactUri).LocalRoot, StringComparison.Ordinal);
    }

    private void SetEnvironment(string uri, string? user, string? password, string? token)
    {
        _scene.Environment["MLFLOW_TRACKING_URI"] = uri;
        _scene.Environment["MLFLOW_TRACKING_USERNAME"] = user ?? "";
        _scene.Environment["MLFLOW_TRACKING_PASSWORD"] = password ?? "";
        _scene.Environment["MLFLOW_TRACKING_TOKEN"] = token ?? "";
        _scene.Environment["MLFLOW_TRACKING_INSECURE_TLS"] = "1";
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        context.Response.ContentType = "application/json";
        return context
            .Response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no such run"}"""))
            .AsTask();
    }

    private HttpClient CreateClient(bool allowInsecureTls)
    {
        _insecure.Add(allowInsecureTls);
        return new HttpClient(new SocketsHttpHandler());
    }

    private SessionStores Stores(string? trackingUri, bool isOffline = false) =>
        new(Options(trackingUri) with { IsOffline = isOffline }, CreateClient);

    private SessionOptions Options(string? trackingUri) =>
        new()
        {
            Home = _scene.Home,
            Settings = new HallmarkSettings(),
            Environment = _scene.Environment,
            Time = _scene.Clock,
            TrackingUri = trackingUri,
        };
}
