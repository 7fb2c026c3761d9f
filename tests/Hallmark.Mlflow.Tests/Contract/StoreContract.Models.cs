using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.Tests.Contract;

/// <summary>The contract on registered and logged models, and on traces.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public virtual async Task Registered_models_are_listed_without_prompts()
    {
        await using var store = Open();
        var models = await store.ListRegisteredModelsAsync(default);
        Assert.Equal([Classifier, "iris-direct"], models.Select(model => model.Name));
        var classifier = await store.FindRegisteredModelAsync(Classifier, default);
        Assert.NotNull(classifier);
        foreach (var model in new[] { models[0], classifier })
        {
            Assert.Equal("Klassifiziert *Iris*-Arten", model.Description);
            Assert.Equal(
                new Dictionary<string, string>
                {
                    ["domain"] = "botany",
                    ["größe"] = "klein",
                    ["later"] = "yes",
                },
                model.Tags.ToDictionary()
            );
            Assert.Equal(new Dictionary<string, string> { ["challenger"] = "1", ["champion"] = "2" }, model.Aliases.ToDictionary());
        }

        Assert.Equal("", models[1].Description);
        Assert.Empty(models[1].Aliases);
    }

    [Fact]
    public virtual async Task Versions_come_with_stage_source_run_tags_and_aliases()
    {
        await using var store = Open();
        var versions = await store.ListModelVersionsAsync(Classifier, default);
        Assert.Equal(["1", "2"], versions.Select(version => version.Version));
        foreach (var listed in versions)
        {
            var version = await store.FindModelVersionAsync(Classifier, listed.Version, default);
            Assert.NotNull(version);
            foreach (var one in new[] { listed, version })
            {
                Assert.Equal((Classifier, listed.Version, "READY"), (one.Name, one.Version, one.Status));
                Assert.Equal(Ids.Version(listed.Version, "source"), one.Source);
                Assert.Equal(Ids.Version(listed.Version, "run_id"), one.RunId);
                Assert.Equal(Ids.Version(listed.Version, "stage"), one.CurrentStage);
                Assert.True(one.CreationTimestamp > 1_700_000_000_000);
                Assert.Equal(listed.Version == "1" ? "challenger" : "champion", Assert.Single(one.Aliases));
            }
        }

        Assert.Equal(("Erste Version – baseline", "Archived"), (versions[0].Description, versions[0].CurrentStage));
        Assert.Equal(
            new Dictionary<string, string> { ["by"] = "register_model", ["validation"] = "failed" },
            versions[0].Tags.ToDictionary()
        );
        Assert.Equal(("", "Production"), (versions[1].Description, versions[1].CurrentStage));
        Assert.Equal("passed", versions[1].Tags["validation"]);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", versions[1].Tags["sha256"]);
    }

    [Fact]
    public virtual async Task The_versions_of_a_run_are_found()
    {
        await using var store = Open();
        foreach (
            var (run, name, number) in new[] { ("baseline", Classifier, "1"), ("tuned", Classifier, "2"), ("direct", "iris-direct", "1") }
        )
        {
            var version = Assert.Single(await store.ListModelVersionsOfRunAsync(Ids.Run(run), default));
            Assert.Equal((name, number), (version.Name, version.Version));
        }

        Assert.Empty(await store.ListModelVersionsOfRunAsync(Ids.Run("failed"), default));
    }

    [Fact]
    public virtual async Task Logged_models_exist_on_MLflow_3_only()
    {
        await using var store = Open();
        var models = await store.ListLoggedModelsAsync(Ids.Experiment, default);
        if (!Ids.IsMlflow3)
        {
            Assert.Empty(models);
            Assert.Empty((await FindRun("baseline")).ModelOutputs);
            return;
        }

        Assert.Equal(4, models.Count);
        foreach (var (run, name) in new[] { ("baseline", "model"), ("tuned", Classifier) })
        {
            var model = await store.FindLoggedModelAsync(Ids.LoggedModel(run)!, default);
            Assert.NotNull(model);
            Assert.Equal(
                (name, Ids.Experiment, Ids.Run(run), "LOGGED_MODEL_READY"),
                (model.Name, model.ExperimentId, model.SourceRunId, model.Status)
            );
            Assert.Equal(new ModelOutput(model.ModelId, 0), Assert.Single((await FindRun(run)).ModelOutputs));
            var files = (await ToList(store.OpenArtifacts(model.ArtifactUri).ListFilesAsync("", default)))
                .Select(file => file.Path)
                .ToArray();
            Assert.Contains("MLmodel", files);
            Assert.Contains("model.pkl", files);
        }

        var tuned = models.Single(model => model.ModelId == Ids.LoggedModel("tuned"));
        Assert.Equal(("ja", "candidate", "klein"), (tuned.Params["later"], tuned.Tags["stage"], tuned.Tags["größe"]));
        Assert.Equal(tuned.ModelId, Assert.Single((await FindRun("tuned")).ModelInputs));
        Assert.Equal("1:1", models.Single(model => model.ModelId == Ids.LoggedModel("baseline")).Params["train/test split"]);

        var hosted = await store.FindLoggedModelAsync(Ids.ExternalModel!, default);
        Assert.NotNull(hosted);
        Assert.Equal(("hosted-llm", "llm", null), (hosted.Name, hosted.ModelType, hosted.SourceRunId));
        Assert.Equal(("0.2", "none"), (hosted.Params["temperature"], hosted.Tags["vendor"]));
    }

    [Fact]
    public virtual async Task Traces_come_with_tags_and_metadata()
    {
        await using var store = Open();
        var traces = await ToList(store.ListTracesAsync(Ids.Experiment, default));
        Assert.Equal(Ids.Traces.Values.Order(StringComparer.Ordinal), traces.Select(trace => trace.TraceId).Order(StringComparer.Ordinal));
        Assert.Equal(traces.Select(trace => trace.Timestamp).OrderDescending(), traces.Select(trace => trace.Timestamp));
        foreach (
            var (name, reviewed, decision) in new[]
            {
                ("classify", "no", "ef"),
                ("classify-batch", "yes", "f0"),
                ("classify-fails", "yes", "f1"),
            }
        )
        {
            var trace = await store.FindTraceAsync(Ids.Traces[name], default);
            Assert.NotNull(trace);
            Assert.Equal(
                (Ids.Traces[name], Ids.Experiment, name == "classify-fails" ? "ERROR" : "OK"),
                (trace.TraceId, trace.ExperimentId, trace.Status)
            );
            Assert.Equal((name, reviewed, "klein ✓"), (trace.Tags["mlflow.traceName"], trace.Tags["reviewed"], trace.Tags["größe"]));
            Assert.Equal(new string('0', 58) + "abcd" + decision, trace.Tags["decision.sha256"]);
            Assert.True(trace.Timestamp > 1_795_000_000_000 && trace.ExecutionTime is >= 0 and < 60_000);
            var listed = traces.Single(t => t.TraceId == trace.TraceId);
            Assert.Equal(trace.Tags.ToDictionary(), listed.Tags.ToDictionary());
            Assert.Equal(trace.Metadata.ToDictionary(), listed.Metadata.ToDictionary());
        }

        var inputs = traces.Single(trace => trace.TraceId == Ids.Traces["classify"]).Metadata["mlflow.traceInputs"]; // 2.14 writes \u2013, later ones the dash.
        Assert.Equal(
            "Which species? – welche Art?",
            System.Text.Json.JsonDocument.Parse(inputs).RootElement.GetProperty("question").GetString()
        );
        if (Ids.IsMlflow3)
        {
            var chat = traces.Single(trace => trace.TraceId == Ids.Traces["chat"]);
            Assert.Equal(
                ("session-1", "user-1", Ids.Run("traced")),
                (chat.Metadata["mlflow.trace.session"], chat.Metadata["mlflow.trace.user"], chat.Metadata["mlflow.sourceRun"])
            );
        }

        Assert.Empty(await ToList(store.ListTracesAsync(Ids.ScratchExperiment, default)));
    }
}
