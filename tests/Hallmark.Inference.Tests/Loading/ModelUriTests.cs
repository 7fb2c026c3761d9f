using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;

namespace Hallmark.Inference.Tests.Loading;

public sealed class ModelUriTests
{
    [Theory]
    [InlineData("models:/credit/3", ModelUriKind.Version, "credit", "3")]
    [InlineData("models:/credit/003", ModelUriKind.Version, "credit", "003")]
    [InlineData("models:/credit@champion", ModelUriKind.Alias, "credit", "champion")]
    [InlineData("models:/a@b@champion", ModelUriKind.Alias, "a@b", "champion")]
    [InlineData("models:/credit/Production", ModelUriKind.Stage, "credit", "Production")]
    [InlineData("models:/credit/STAGING", ModelUriKind.Stage, "credit", "Staging")]
    [InlineData("models:/credit/none", ModelUriKind.Stage, "credit", "None")]
    [InlineData("models:/credit/latest", ModelUriKind.Latest, "credit", "")]
    [InlineData("models:/credit/Latest", ModelUriKind.Latest, "credit", "")]
    [InlineData("models:/m-9d8a6531d68f4334a33825f89530f441", ModelUriKind.LoggedModel, "m-9d8a6531d68f4334a33825f89530f441", "")]
    [InlineData("models:/ein Modell mit Blanks/1", ModelUriKind.Version, "ein Modell mit Blanks", "1")]
    [InlineData("runs:/abc/model", ModelUriKind.Run, "abc", "model")]
    [InlineData("runs:/abc/models/best", ModelUriKind.Run, "abc", "models/best")]
    [InlineData("runs:/abc", ModelUriKind.Run, "abc", "")]
    [InlineData("/srv/models/credit", ModelUriKind.Folder, "/srv/models/credit", "")]
    [InlineData("/srv/models/credit/", ModelUriKind.Folder, "/srv/models/credit", "")]
    [InlineData("file:///srv/models/a%20b", ModelUriKind.Folder, "/srv/models/a b", "")]
    public void Every_form_is_taken_apart(string text, ModelUriKind kind, string name, string selector) =>
        Assert.Equal(new ModelUri(text, kind, name, selector), ModelUri.Parse(text));

    [Fact]
    public void A_relative_folder_counts_from_the_current_one() =>
        Assert.Equal((ModelUriKind.Folder, Path.GetFullPath("models")), (ModelUri.Parse("./models").Kind, ModelUri.Parse("./models").Name));

    [Theory]
    [InlineData("")]
    [InlineData("models:/")]
    [InlineData("models://credit/1")]
    [InlineData("models:///credit/1")]
    [InlineData("models:/credit/")]
    [InlineData("models:/credit/1/2")]
    [InlineData("models:/credit/v1")]
    [InlineData("models:/credit/-1")]
    [InlineData("models:/credit/\u0661")]
    [InlineData("models:/@champion")]
    [InlineData("models:/credit@")]
    [InlineData("models:/ /1")]
    [InlineData("models:/credit/1\n")]
    [InlineData("runs:/")]
    [InlineData("s3://bucket/model")]
    [InlineData("mlflow-artifacts:/1/abc/artifacts/model")]
    [InlineData("http://server/model")]
    [InlineData("file://elsewhere/model")]
    [InlineData("/srv/models/../../etc")]
    [InlineData("a\0b")]
    public void Anything_else_is_refused_as_bad_input(string text) =>
        Assert.Equal(2, Assert.ThrowsAny<BadInputException>(() => ModelUri.Parse(text)).ExitCode);

    [Fact]
    public void Whatever_is_written_is_taken_apart_or_refused_in_our_own_words() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                text =>
                    new[] { "", "models:/", "runs:/", "file:/" }.All(scheme =>
                    {
                        try
                        {
                            return ModelUri.Parse(scheme + text.Get).Text == scheme + text.Get;
                        }
                        catch (BadInputException)
                        {
                            return true;
                        }
                    })
            )
            .QuickCheckThrowOnFailure();
}
