using System.Globalization;
using Hallmark.Core.Anchoring;

namespace Hallmark.Core.Policies;

/// <summary>One witness that a policy asks for, by the name of its world or its anchor.</summary>
/// <param name="name">A world's name or short name, as written; any other is an anchor's.</param>
/// <param name="conditions">What it must show.</param>
internal sealed class PolicyTerm(string name, PolicyConditions conditions) : PolicyClause
{
    // A world's name always means the world: an anchor that its owner calls "arweave" does not become one by it.
    private readonly string? _world = WorldNames.Find(name);

    /// <summary>Which witnesses are meant, the same for two names of one world.</summary>
    public string Meaning => _world ?? name;

    /// <inheritdoc />
    public override PolicyAnswer Judge(PolicyQuestion question)
    {
        var answer = PolicyAnswer.NotMet;
        Witness? best = null;
        foreach (var witness in question.Witnesses.Where(IsMeant))
        {
            var its = conditions.Judge(witness, question.SignedAt);
            if (best is null || its > answer)
            {
                (answer, best) = (its, witness);
            }
        }

        question.Note($"{this}: {Describe(answer, best)}");
        return answer;
    }

    /// <inheritdoc />
    public override string ToString() => (PolicyKeywords.IsOne(name) || name.All(char.IsAsciiDigit) ? $"\"{name}\"" : name) + conditions;

    private static string Describe(PolicyAnswer answer, Witness? witness) =>
        answer switch
        {
            _ when witness is null => "no such witness",
            PolicyAnswer.Met => $"holds{Time(witness)}{(witness.IsOutside ? "" : ", though not an outside witness")}",
            PolicyAnswer.Open => $"not yet, {AnchorReceiptJson.NameOf(witness.State)}{Time(witness)}",
            _ when witness.IsRefuted => "refuted by its own checks",
            _ => $"does not hold, {AnchorReceiptJson.NameOf(witness.State)}{Time(witness)}",
        };

    private static string Time(Witness witness) =>
        witness.ExistedBefore is { } time
            ? string.Create(CultureInfo.InvariantCulture, $", existed before {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
            : "";

    private bool IsMeant(Witness witness) => _world is null ? witness.Anchor == name || witness.World == name : witness.World == _world;
}
