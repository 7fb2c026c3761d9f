using Hallmark.Core.Checks;
using Hallmark.Core.Failures;
using Hallmark.Inference.Loading;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>What a verdict lets run: only one that is verified, or (where that is allowed) one of a model of which no proof commits to a file.</summary>
public sealed class LoadPolicyTests
{
    private static readonly Check NotAnchored = Failed(CheckNames.ProofFound, "not_anchored");
    private static readonly Check NoHash = NotRun(CheckNames.Artifacts, "no_artifact_hash");
    private static readonly Check NotCovered = NotRun(CheckNames.Artifacts, "not_covered");
    private static readonly Check NoTraining = Failed(CheckNames.Lineage, "no_training_proof");
    private static readonly Check Good = Passed(CheckNames.Signature);

    public static TheoryData<string, string> Unanchored =>
        new()
        {
            { "nothing recorded", "not_anchored" },
            { "no hash", "no_hash" },
            { "another path", "not_covered" },
            { "no hash, no training", "no_hash no_training" },
        };

    public static TheoryData<string> Refused =>
        [
            "no_training",
            "not_anchored bad_signature",
            "no_hash bad_signature",
            "no_hash broken_training",
            "no_hash refuting_witness",
            "unreadable_proof",
            "other_open",
        ];

    [Theory]
    [MemberData(nameof(Unanchored))]
    public void A_model_without_proof_of_its_files_runs_only_where_that_is_allowed(string what, string checks)
    {
        Assert.NotEmpty(what);
        Assert.False(LoadPolicy.Pass("m", Verdict(checks), allowsUnanchored: true));
        Assert.Throws<ModelNotVerifiedException>(() => LoadPolicy.Pass("m", Verdict(checks), allowsUnanchored: false));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Any_other_verdict_is_refused_whatever_is_allowed(string checks)
    {
        foreach (var allows in new[] { true, false })
        {
            var refusal = Assert.Throws<ModelNotVerifiedException>(() => LoadPolicy.Pass("m", Verdict(checks), allows));
            Assert.NotEqual(0, refusal.ExitCode);
        }
    }

    [Fact]
    public void A_verified_verdict_runs() => Assert.True(LoadPolicy.Pass("m", new Verdict("m", [Good]), allowsUnanchored: false));

    [Fact]
    public void A_verdict_without_any_check_runs_nothing() =>
        Assert.ThrowsAny<HallmarkException>(() => LoadPolicy.Pass("m", new Verdict("m", []), allowsUnanchored: true));

    [Fact]
    public void Something_out_of_reach_is_could_not_tell_and_never_without_proof()
    {
        var outOfReach = NotRun(CheckNames.ProofFound, "out_of_reach") with { IsOutOfReach = true };
        foreach (var checks in new[] { new[] { outOfReach }, [Good, outOfReach], [NoHash, outOfReach] })
        {
            var refusal = Assert.Throws<UnavailableException>(() => LoadPolicy.Pass("m", new Verdict("m", [.. checks]), true));
            Assert.Equal(3, refusal.ExitCode);
        }
    }

    [Fact]
    public void A_failed_check_weighs_more_than_one_out_of_reach()
    {
        var outOfReach = NotRun(CheckNames.Lineage, "out_of_reach") with { IsOutOfReach = true };
        var verdict = new Verdict("m", [Failed(CheckNames.Signature, "signature_invalid"), outOfReach]);
        Assert.Equal(1, Assert.Throws<ModelNotVerifiedException>(() => LoadPolicy.Pass("m", verdict, true)).ExitCode);
    }

    [Fact]
    public void Files_that_differ_weigh_more_than_anything_else_and_are_named()
    {
        var files = Failed(CheckNames.Artifacts, "differs") with { Differences = [new Difference("model.pkl", "a", "b", "changed")] };
        var verdict = new Verdict("m", [Failed(CheckNames.Signature, "signature_invalid"), files]);
        var refusal = Assert.Throws<IntegrityException>(() => LoadPolicy.Pass("m", verdict, allowsUnanchored: true));
        Assert.Equal("model.pkl", Assert.Single(refusal.Differences).What);
        Assert.Contains("1 difference", refusal.Message, StringComparison.Ordinal);
    }

    private static Verdict Verdict(string checks) =>
        new(
            "m",
            [
                Good,
                .. checks
                    .Split(' ')
                    .Select(name =>
                        name switch
                        {
                            "not_anchored" => NotAnchored,
                            "no_hash" => NoHash,
                            "not_covered" => NotCovered,
                            "no_training" => NoTraining,
                            "broken_training" => NoTraining with { Differences = [new Difference("training", "a", null)] },
                            "bad_signature" => Failed(CheckNames.Signature, "signature_invalid"),
                            "refuting_witness" => Failed("witness", "refuted"),
                            "unreadable_proof" => Failed(CheckNames.ProofFound, "proof_unreadable"),
                            _ => NotRun(CheckNames.Identity, "no_record"),
                        }
                    ),
            ]
        );

    private static Check Passed(string name) => new() { Name = name, Outcome = CheckOutcome.Passed };

    private static Check Failed(string name, string reason) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.Failed,
            Reason = reason,
        };

    private static Check NotRun(string name, string reason) =>
        new()
        {
            Name = name,
            Outcome = CheckOutcome.NotRun,
            Reason = reason,
        };
}
