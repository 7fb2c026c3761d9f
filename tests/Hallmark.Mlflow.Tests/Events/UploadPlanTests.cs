using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Events;
using Hallmark.Mlflow.Events;

namespace Hallmark.Mlflow.Tests.Events;

/// <summary>Which tags and files an event's upload adds, in the order of mlflow-events.md §10; and nothing for events that leave no trace of it.</summary>
public sealed class UploadPlanTests
{
    private static readonly UploadResult Upload = new("tx", "https://host/tx", new JsonObject { ["id"] = "tx" });
    private static readonly WalletDescription Wallet = new("persistent", "arweave");
    private static readonly byte[] Page = "<html>"u8.ToArray();

    [Fact]
    public void A_training_gets_its_status_its_transaction_its_wallet_its_chain_and_its_files() =>
        Assert.Equal(
            [
                "RunTag r ario.verify_status=anchored",
                "RunTag r ario.training_tx=tx",
                "RunTag r ario.arweave_url=https://host/tx",
                "RunTag r ario.wallet_mode=persistent",
                "RunTag r ario.wallet_type=arweave",
                "RegisteredModelTag m ario.last_training_hash=hash?",
                "RunArtifact r ario/receipt.json={\n  \"id\": \"tx\"\n}",
                "RunArtifact r ario/verification.html=<html>",
            ],
            Plan(EventTypes.Training, """{"run_id":"r"}""", registeredModel: "m")
        );

    [Fact]
    public void A_registration_gets_them_on_its_version_and_its_files_on_the_run() =>
        Assert.Equal(
            [
                "ModelVersionTag m/3 ario.verify_status=anchored",
                "ModelVersionTag m/3 ario.registration_tx=tx",
                "ModelVersionTag m/3 ario.arweave_url=https://host/tx",
                "ModelVersionTag m/3 ario.wallet_mode=persistent",
                "RunArtifact r ario/registration_receipt.json={\n  \"id\": \"tx\"\n}",
                "RunArtifact r ario/registration_verification.html=<html>",
            ],
            Plan(EventTypes.Registration, """{"model_name":"m","model_version":"3","source_run_id":"r"}""")
        );

    [Fact]
    public void Without_run_wallet_receipt_and_page_a_registration_gets_its_three_tags() =>
        Assert.Equal(
            [
                "ModelVersionTag m/3 ario.verify_status=anchored",
                "ModelVersionTag m/3 ario.registration_tx=tx",
                "ModelVersionTag m/3 ario.arweave_url=https://host/tx",
            ],
            ShowAll(
                UploadWriteBackPlans.For(
                    new UploadWriteBack("u", "e", "a"),
                    Entry(EventTypes.Registration, """{"model_name":"m","model_version":"3","source_run_id":null}"""),
                    Upload with
                    {
                        Receipt = null,
                    },
                    wallet: null
                )
            )
        );

    [Fact]
    public void A_dataset_is_named_on_the_run_whose_input_it_is_and_the_tag_may_be_refused()
    {
        var step = Assert.Single(
            UploadWriteBackPlans.For(
                new UploadWriteBack("u", "e", "a", RunId: "r"),
                Entry(EventTypes.Dataset, """{"name":"train; it"}"""),
                Upload,
                Wallet
            )
        );
        Assert.Equal("RunTag r ario.dataset_anchor_tx.train; it=tx", Show(step));
        Assert.True(step.IsOptional);
    }

    [Fact]
    public void A_promotion_gets_its_transaction_and_a_prediction_three_tags_of_its_trace()
    {
        Assert.Equal(
            ["ModelVersionTag m/3 ario.promotion_tx=tx"],
            Plan(EventTypes.StageTransition, """{"model_name":"m","model_version":"3"}""")
        );
        Assert.Equal(
            ["TraceTag t ario.prediction_tx=tx", "TraceTag t ario.arweave_url=https://host/tx", "TraceTag t ario.proof_status=anchored"],
            Plan(EventTypes.Prediction, """{"mlflow_trace_id":"t"}""")
        );
    }

    [Theory]
    [InlineData(EventTypes.Training, "{}")]
    [InlineData(EventTypes.Training, "[]")]
    [InlineData(EventTypes.Training, "{\"run_id\":7}")]
    [InlineData(EventTypes.Dataset, "{\"name\":\"x\"}")]
    [InlineData(EventTypes.Registration, "{\"model_name\":\"m\"}")]
    [InlineData(EventTypes.StageTransition, "{\"model_name\":\"m\",\"model_version\":3}")]
    [InlineData(EventTypes.Prediction, "{\"event_type\":\"prediction\"}")]
    [InlineData(EventTypes.AliasChanged, "{\"model_name\":\"m\",\"to_version\":\"3\"}")]
    [InlineData(EventTypes.DatasetContent, "{\"name\":\"x\"}")]
    [InlineData("something.else", "{\"run_id\":\"r\"}")]
    [InlineData(null, "{\"run_id\":\"r\"}")]
    public void Events_that_leave_no_trace_of_their_upload_get_nothing(string? eventType, string record) =>
        Assert.Empty(Plan(eventType, record));

    [Fact]
    public void An_event_whose_record_was_forgotten_gets_nothing()
    {
        var entry = Entry(EventTypes.Training, "{}") with { Record = null };
        Assert.Empty(UploadWriteBackPlans.For(new UploadWriteBack("u", "e", "a"), entry, Upload, Wallet, Page));
        Assert.Empty(UploadWriteBackPlans.ForRefused(entry));
    }

    [Theory]
    [InlineData(EventTypes.Prediction, "{\"mlflow_trace_id\":\"t\"}", "TraceTag t ario.proof_status=failed")]
    [InlineData(EventTypes.Prediction, "{}", null)]
    [InlineData(EventTypes.Training, "{\"run_id\":\"r\",\"mlflow_trace_id\":\"t\"}", null)]
    public void Of_what_was_refused_for_good_only_a_predictions_trace_is_told(string eventType, string record, string? step) =>
        Assert.Equal(step is null ? [] : [step], ShowAll(UploadWriteBackPlans.ForRefused(Entry(eventType, record))));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"tracking_uri":"u","event_id":"e"}""")]
    [InlineData("""{"tracking_uri":"u","event_id":7,"anchor":"a"}""")]
    [InlineData("""{"tracking_uri":"u","event_id":"e","anchor":"a","anchor":"b"}""")]
    public void Work_that_this_program_never_wrote_is_refused(string body)
    {
        var failure = Assert.Throws<Core.Failures.BadInputException>(() =>
            UploadWriteBack.FromOutbox(new OutboxWork(UploadWriteBack.Kind, Encoding.UTF8.GetBytes(body)))
        );
        Assert.Equal("the outbox holds upload write-back work that cannot be read", failure.Message);
    }

    [Fact]
    public void Work_comes_back_as_it_was_put_in()
    {
        foreach (var work in new[] { new UploadWriteBack("u", "e", "a"), new UploadWriteBack("ü", "e", "a", "r", "m/größe") })
        {
            Assert.Equal(work, UploadWriteBack.FromOutbox(work.ToOutbox()));
        }
    }

    private static IEnumerable<string> Plan(string? eventType, string record, string? registeredModel = null) =>
        ShowAll(
            UploadWriteBackPlans.For(
                new UploadWriteBack("u", "e", "a", RegisteredModel: registeredModel),
                Entry(eventType, record),
                Upload,
                Wallet,
                Page
            )
        );

    private static LoggedEntry Entry(string? eventType, string record) =>
        new(0, "{}"u8.ToArray(), Encoding.UTF8.GetBytes(record), "e", eventType, "hash?", "key", DateTimeOffset.UnixEpoch);

    private static IEnumerable<string> ShowAll(IEnumerable<WriteBackStep> steps) => steps.Select(Show);

    private static string Show(WriteBackStep step) =>
        $"{step.Target} {step.Id}{(step.Version is null ? "" : "/" + step.Version)} {step.Key}={step.Text}";
}
