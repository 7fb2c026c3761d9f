using System.Text.Json.Nodes;
using Hallmark.Inference.Runners;
using Hallmark.Inference.Runners.Processes;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Testing;

namespace Hallmark.Inference.Tests.Runners.Processes;

/// <summary>The default command with a real MLflow, where one is installed: a model with a loader of its own, which needs nothing but MLflow and pandas.</summary>
public sealed class MlflowServeTests : IDisposable
{
    private const string Loader = """
        class Doubling:
            def predict(self, model_input, params=None):
                return [2 * x for x in model_input["x"].tolist()]


        def _load_pyfunc(path):
            return Doubling()
        """;

    private const string Mlmodel = """
        flavors:
          python_function:
            code: code
            loader_module: hallmark_doubling
        signature:
          inputs: '[{"type": "double", "name": "x", "required": true}]'
          outputs: null
          params: null
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OptionalPeerFact("mlflow")]
    public async Task Mlflow_itself_serves_the_copy_in_every_form_and_ends_with_the_runner()
    {
        int id;
        await using (var runner = await StartAsync())
        {
            id = runner.ProcessId!.Value;
            Assert.Equal([("x", "FP64")], runner.Inputs.Select(field => (field.Name, field.DataType)));
            foreach (
                var (form, json) in ((string, string)[])
                    [
                        ("DataframeSplit", """{"columns":["x"],"data":[[1.5],[-4.0]]}"""),
                        ("DataframeRecords", """[{"x":1.5},{"x":-4.0}]"""),
                        ("Csv", "\"x\\n1.5\\n-4.0\\n\""),
                    ]
            )
            {
                var output = await runner.RunAsync(new ModelInput(Enum.Parse<InputForm>(form), JsonNode.Parse(json)), None);
                Assert.Equal([3.0, -8.0], output.Value!.AsArray().Select(value => value!.GetValue<double>()));
            }

            var plain = await runner.RunAsync(ModelInput.Of(new JsonObject { ["x"] = 0.25 }), None);
            Assert.Equal(0.5, Assert.Single(plain.Value!.AsArray())!.GetValue<double>());
        }

        Assert.False(ProcessTable.Runs(id));
    }

    [OptionalPeerFact("mlflow")]
    public async Task What_mlflow_refuses_is_the_inputs_fault_and_the_next_prediction_is_answered()
    {
        await using var runner = await StartAsync();
        var wrong = new ModelInput(InputForm.DataframeSplit, JsonNode.Parse("""{"columns":["y"],"data":[[1.5]]}"""));
        Assert.Equal(2, (await Assert.ThrowsAsync<ModelInputException>(() => runner.RunAsync(wrong, None))).ExitCode);
        var right = await runner.RunAsync(ModelInput.Of(new JsonObject { ["x"] = 1.0 }), None);
        Assert.Equal(2.0, Assert.Single(right.Value!.AsArray())!.GetValue<double>());
    }

    private async Task<ScoringProcessRunner> StartAsync()
    {
        Directory.CreateDirectory(_folder.File("code"));
        await File.WriteAllTextAsync(_folder.File("code/hallmark_doubling.py"), Loader, None);
        await File.WriteAllTextAsync(_folder.File("MLmodel"), Mlmodel, None);
        var model = new ModelFolder(_folder.Path, await MlModelFile.FindAsync(_folder.Path, None));
        var options = new ScoringProcessOptions { StartTimeout = TimeSpan.FromMinutes(15), StopTimeout = TimeSpan.FromMinutes(2) };
        var factory = new ScoringProcessRunnerFactory(options, TimeProvider.System);
        Assert.True(factory.CanRun(model));
        return (ScoringProcessRunner)await factory.StartAsync(model, None);
    }
}
