using Hallmark.Core.Failures;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Artifacts;

public sealed class ArtifactUriTests
{
    [Theory]
    [InlineData("file:///srv/mlflow/mlruns", "/srv/mlflow/mlruns")]
    [InlineData("file:/srv/mlflow/mlruns/", "/srv/mlflow/mlruns")]
    [InlineData("FILE://localhost/srv/x", "/srv/x")]
    [InlineData("/srv//mlflow/./x", "/srv/mlflow/x")]
    [InlineData("file:///with%20space/%D0%B4%E2%9C%93/50%25", "/with space/д✓/50%")]
    [InlineData("/bare/50%25 is literal", "/bare/50%25 is literal")]
    [InlineData("/bare/a:b", "/bare/a:b")]
    [InlineData("file:///größe🌸", "/größe🌸")]
    [InlineData("/", "/")]
    public void Local_places_are_absolute_paths(string text, string path)
    {
        var uri = ArtifactUri.Parse(text);
        Assert.True(uri.IsLocal);
        Assert.Equal(path, uri.Path);
        Assert.Equal(uri, ArtifactUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("./mlruns/0/abc/artifacts")]
    [InlineData("mlruns/0/abc/artifacts")]
    [InlineData("file:./mlruns/0/abc/artifacts")]
    public void Relative_places_count_from_the_current_folder(string text) =>
        Assert.Equal(Path.GetFullPath("mlruns/0/abc/artifacts"), ArtifactUri.Parse(text).Path);

    [Theory]
    [InlineData("mlflow-artifacts:/1/abc/artifacts", "mlflow-artifacts", "", "/1/abc/artifacts")]
    [InlineData("mlflow-artifacts://host:5000/1/abc", "mlflow-artifacts", "host:5000", "/1/abc")]
    [InlineData("mlflow-artifacts:/", "mlflow-artifacts", "", "/")]
    [InlineData("s3://bucket/a/b", "s3", "bucket", "/a/b")]
    [InlineData("dbfs:/a", "dbfs", "", "/a")]
    [InlineData("wasbs://container@account.blob.core.windows.net/x", "wasbs", "account.blob.core.windows.net", "/x")]
    public void Other_places_keep_scheme_authority_and_path(string text, string scheme, string authority, string path)
    {
        var uri = ArtifactUri.Parse(text);
        Assert.Equal((false, scheme, authority, path), (uri.IsLocal, uri.Scheme, uri.Authority, uri.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/srv/mlflow/../../etc")]
    [InlineData("file:///srv/%2e%2e/etc")]
    [InlineData("file:///srv/..%2fetc")]
    [InlineData("mlflow-artifacts:/../etc")]
    [InlineData("/srv\\..\\etc")]
    [InlineData("file:///a%00b")]
    [InlineData("/a\0b")]
    [InlineData("file:///bad%zz")]
    [InlineData("file:///cut%4")]
    [InlineData("file:///not-utf8-%ff%fe")]
    [InlineData("file://other-host/srv/mlflow")]
    public void What_is_no_place_or_steps_upwards_is_refused(string text) =>
        Assert.Throws<MlflowFormatException>(() => ArtifactUri.Parse(text));

    [Fact]
    public void A_password_in_a_URI_shows_up_nowhere()
    {
        var uri = ArtifactUri.Parse("ftp://user:hunter2@host/x");
        Assert.DoesNotContain("hunter2", uri.ToString());
        Assert.DoesNotContain(
            "hunter2",
            ArtifactLocator.Unreachable(uri).Message + string.Join(' ', ArtifactLocator.Unreachable(uri).Hints)
        );
    }

    [Theory]
    [InlineData("/srv/mlflow=/mnt/copy", "file:///srv/mlflow/1/a", "/mnt/copy/1/a")]
    [InlineData("/srv/mlflow=/mnt/copy", "/srv/mlflow/1/a", "/mnt/copy/1/a")]
    [InlineData("file:///srv/mlflow/=file:///mnt/copy/", "/srv/mlflow", "/mnt/copy")]
    [InlineData("/srv/mlflow=/mnt/copy", "/srv/mlflow2/a", "/srv/mlflow2/a")]
    [InlineData("/srv/mlflow=/mnt/copy", "/srv", "/srv")]
    [InlineData("/=/mnt/copy", "/srv/a", "/mnt/copy/srv/a")]
    [InlineData("mlflow-artifacts:/=/mnt/artifacts", "mlflow-artifacts:/1/abc", "/mnt/artifacts/1/abc")]
    [InlineData("mlflow-artifacts:/=/mnt/artifacts", "mlflow-artifacts://host:5000/1/abc", "/mnt/artifacts/1/abc")]
    [InlineData("s3://bucket/x=/mnt/b", "s3://bucket/x/y", "/mnt/b/y")]
    public void A_relocation_moves_a_place_and_all_below_it(string relocation, string from, string to)
    {
        var uri = new ArtifactLocator([Relocation.Parse(relocation)]).Locate(from);
        Assert.True(uri.IsLocal);
        Assert.Equal(to, uri.Path);
    }

    [Theory]
    [InlineData("s3://bucket=/mnt/b", "s3://bucket2/y")]
    [InlineData("s3://bucket=/mnt/b", "gs://bucket/y")]
    [InlineData("/srv=/mnt/b", "mlflow-artifacts:/srv/x")]
    public void A_relocation_leaves_other_places_alone(string relocation, string uri) =>
        Assert.Equal(ArtifactUri.Parse(uri), new ArtifactLocator([Relocation.Parse(relocation)]).Locate(uri));

    [Fact]
    public void The_longest_relocation_wins_and_each_place_moves_once()
    {
        var relocations = new[] { "/srv=/a", "/srv/mlflow/deep=/b", "/srv/mlflow=/srv" }.Select(Relocation.Parse).ToArray();
        foreach (var order in new[] { relocations, [.. relocations.Reverse()] })
        {
            var locator = new ArtifactLocator(order);
            Assert.Equal("/b/x", locator.Locate("/srv/mlflow/deep/x").Path);
            Assert.Equal("/srv/x", locator.Locate("/srv/mlflow/x").Path);
            Assert.Equal("/a/x", locator.Locate("file:///srv/x").Path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/srv/mlflow")]
    [InlineData("=/mnt")]
    [InlineData("/srv=")]
    [InlineData("/srv/../x=/mnt")]
    [InlineData("/srv=/mnt/../etc")]
    public void A_malformed_relocation_is_bad_input(string text) =>
        Assert.Equal(2, Assert.ThrowsAny<BadInputException>(() => Relocation.Parse(text)).ExitCode);

    [Theory]
    [InlineData("s3://bucket/x", "s3:")]
    [InlineData("hdfs://name/x", "hdfs:")]
    [InlineData("mlflow-artifacts:/1/x", "mlflow-artifacts:")]
    [InlineData("runs:/abc/model", "runs:")]
    [InlineData("models:/m-abc", "models:")]
    public void A_place_out_of_reach_is_unavailable_and_named_by_its_scheme(string uri, string scheme)
    {
        var failure = Assert.Throws<MlflowUnavailableException>(() => new ArtifactLocator([]).OpenLocal(uri));
        Assert.Equal(3, failure.ExitCode);
        Assert.Contains(scheme, failure.Message);
    }
}
