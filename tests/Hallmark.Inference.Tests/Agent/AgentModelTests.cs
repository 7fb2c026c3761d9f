using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Failures;
using Hallmark.Inference.Status;

namespace Hallmark.Inference.Tests.Agent;

/// <summary>Random lives of an asset beside a model of a few lines: changes, deletions, sudden ends, a ledger that is another's, acceptances, in any order.</summary>
public sealed class AgentModelTests
{
    private const int MissingAfter = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task In_every_life_outcomes_and_events_are_those_of_the_model(int seed)
    {
        var random = new Random(seed);
        await using var scene = new AgentScene();
        await scene.StartAsync();
        string? content = "weights of the model";
        string? baseline = null;
        var generation = 0;
        var absent = 0;
        var alarm = "";
        var lastAlarm = "";
        var alarms = 0;
        for (var step = 0; step < 40; step++)
        {
            switch (random.Next(9))
            {
                case 0 or 1:
                    content = random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture);
                    await File.WriteAllTextAsync(scene.ModelFile, content);
                    break;
                case 2:
                    content = null;
                    File.Delete(scene.ModelFile);
                    break;
                case 3:
                    await scene.StartAsync();
                    (absent, alarm) = (0, lastAlarm);
                    break;
                case 4:
                    scene.Ledger.IsBusy = !scene.Ledger.IsBusy;
                    break;
                case 5 when !scene.Ledger.IsBusy && content is not null:
                    // What waits goes first, as it does within a second while an agent runs.
                    await LookAsync();
                    if (baseline != content)
                    {
                        (baseline, generation) = (content, generation + 1);
                    }

                    await scene.AcceptAsync();
                    break;
                default:
                    await LookAsync();
                    break;
            }
        }

        scene.Ledger.IsBusy = false;
        await LookAsync();
        Assert.Equal(
            alarms,
            (await scene.EventsAsync(AgentEvents.TamperDetected)).Count + (await scene.EventsAsync(AgentEvents.AssetMissing)).Count
        );
        var registered = await scene.EventsAsync(AgentEvents.AssetRegistered);
        Assert.Equal(generation, registered.Count);
        Assert.Equal(HashOf(baseline!), (string)registered[^1]["payload"]!["hash"]!);
        foreach (var type in AgentEvents.All)
        {
            var head = EnvelopeDrafts.Genesis;
            foreach (var envelope in await scene.EventsAsync(type))
            {
                Assert.Equal(head, (string)envelope["previous_hash"]!);
                head = (string)envelope["payload_hash"]!;
            }
        }

        async Task LookAsync()
        {
            try
            {
                await scene.LookAsync();
            }
            catch (UnavailableException) when (scene.Ledger.IsBusy)
            {
                // Looked at all the same; the events wait.
            }

            var expected = Expect();
            Assert.Equal(expected, scene.FindStatus().Outcome);
        }

        AssetOutcome Expect()
        {
            if (content is null)
            {
                absent++;
                if (absent < MissingAfter)
                {
                    return AssetOutcome.Unavailable;
                }

                if (baseline is not null)
                {
                    Alarm("missing");
                }

                return AssetOutcome.Missing;
            }

            absent = 0;
            if (baseline is null)
            {
                (baseline, generation) = (content, 1);
            }

            if (content == baseline)
            {
                alarm = "";
                return AssetOutcome.Verified;
            }

            Alarm(content);
            return AssetOutcome.Tampered;
        }

        void Alarm(string found)
        {
            var next = $"{generation} {found}";
            if (alarm != next)
            {
                (alarm, lastAlarm, alarms) = (next, next, alarms + 1);
            }
        }
    }

    private static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
