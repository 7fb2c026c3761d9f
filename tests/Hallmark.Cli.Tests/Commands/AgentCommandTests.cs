using System.Text.Json.Nodes;

namespace Hallmark.Cli.Tests.Commands;

public sealed class AgentCommandTests : IDisposable
{
    private readonly CommandScene _scene = new();

    public AgentCommandTests()
    {
        File.WriteAllText(Model, "weights");
        WritePolicy(missingAfter: 1);
    }

    public void Dispose() => _scene.Dispose();

    private string Model => _scene.Folder.File("deployed/model.bin");

    [Fact]
    public async Task Check_registers_then_says_verified_then_what_is_wrong_each_with_its_exit_code()
    {
        var first = (await _scene.JsonAsync(0, "agent", "check"))[0]!;
        Assert.Equal(("verified", false), ((string)first["outcome"]!, (bool)first["stale"]!));
        Assert.Contains("verified", (await _scene.ExpectAsync(0, "agent", "check")).Out, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Model, "Weights");
        var changed = await _scene.ExpectAsync(1, "agent", "check");
        Assert.StartsWith("tampered", changed.Out, StringComparison.Ordinal);
        Assert.Contains("credit-scorer: tampered: found ", changed.Error, StringComparison.Ordinal);
        File.Delete(Model);
        Assert.StartsWith("missing", (await _scene.ExpectAsync(1, "agent", "check")).Out, StringComparison.Ordinal);
        WritePolicy(missingAfter: 3);
        Assert.StartsWith("unavailable", (await _scene.ExpectAsync(3, "agent", "check")).Out, StringComparison.Ordinal);
        await _scene.ExpectAsync(0, "ledger", "verify");
    }

    [Fact]
    public async Task Accept_is_the_way_to_another_baseline_and_says_both_hashes()
    {
        await _scene.ExpectAsync(0, "agent", "check");
        await File.WriteAllTextAsync(Model, "the next version");
        await _scene.ExpectAsync(1, "agent", "check");
        var accepted = await _scene.JsonAsync(0, "agent", "accept", "credit-scorer");
        Assert.True((bool)accepted["changed"]!);
        Assert.NotEqual((string)accepted["previous_hash"]!, (string)accepted["hash"]!);
        await _scene.ExpectAsync(0, "agent", "check");
        Assert.Contains(
            "nothing to accept",
            (await _scene.ExpectAsync(0, "agent", "accept", "credit-scorer")).Out,
            StringComparison.Ordinal
        );
        await _scene.ExpectAsync(2, "agent", "accept", "another");
    }

    [Theory]
    [InlineData("0.0.0.0:9847")]
    [InlineData("[::]:9847")]
    [InlineData("10.1.2.3:9847")]
    [InlineData("example.org:9847")]
    public async Task An_address_that_others_reach_is_refused_before_anything_is_made(string address) =>
        await _scene.RefuseAsync(2, "agent", "--listen", address);

    [Fact]
    public async Task A_policy_that_is_missing_or_faulty_is_refused_before_anything_is_made()
    {
        await _scene.RefuseAsync(2, "agent", "--policy", "/nowhere/agent.json");
        var faulty = _scene.Folder.File("faulty.json");
        await File.WriteAllTextAsync(faulty, "{\"tenant_id\":1,\"agent_id\":2,\"assets\":3}");
        var refusal = await _scene.RefuseAsync(2, "agent", "check", "--policy", faulty);
        Assert.Contains("has 3 faults", refusal.Error, StringComparison.Ordinal);
    }

    private void WritePolicy(int missingAfter) =>
        File.WriteAllText(
            _scene.Folder.File("home/agent.json"),
            new JsonObject
            {
                ["tenant_id"] = "acme",
                ["agent_id"] = "host-1",
                ["assets"] = new JsonArray(
                    new JsonObject
                    {
                        ["asset_id"] = "credit-scorer",
                        ["type"] = "file",
                        ["path"] = Model,
                        ["interval"] = 60,
                        ["missing_after"] = missingAfter,
                    }
                ),
            }.ToJsonString()
        );
}
