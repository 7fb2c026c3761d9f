using Hallmark.Inference.Loading;
using Hallmark.Inference.Runners;
using Hallmark.Mlflow.Verification;

namespace Hallmark.Home;

/// <summary>Loading models with what a home has: its store, its ledger, its settings' witnesses.</summary>
public static class ModelLoading
{
    /// <summary>
    /// How <see cref="VerifiedModel.LoadAsync"/> loads here: from the session's store, against the home's ledger, with the settings' witness policy, and with private copies in
    /// the home. Strict; the caller adds a gate, or allows models without proof, with <c>with</c>. The session must outlive the loading, not the model.
    /// </summary>
    /// <param name="session">What the command works with.</param>
    /// <param name="runners">The kinds of runners, in the order they are asked.</param>
    /// <param name="judge">Who may sign: as <c>--signer</c> and the settings' trusted keys say.</param>
    /// <param name="warn">Told what a user must know.</param>
    public static ModelLoadOptions DescribeModelLoading(
        this Session session,
        IReadOnlyList<IModelRunnerFactory> runners,
        Func<string, DateTimeOffset?, SignerOpinion> judge,
        Action<string> warn
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        return new ModelLoadOptions
        {
            OpenStore = session.OpenStore,
            Runners = runners,
            PrivateRoot = session.Home.ModelsFolder,
            Log = session.FindLedger(),
            Judge = judge,
            Witnesses = session.FindWitnesses(isLive: false, session.Settings.WitnessPolicy),
            Warn = warn,
        };
    }
}
