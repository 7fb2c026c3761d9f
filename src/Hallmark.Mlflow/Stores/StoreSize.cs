namespace Hallmark.Mlflow.Stores;

/// <summary>How much a store holds, deleted experiments and runs too.</summary>
/// <param name="Experiments">Experiments that were counted.</param>
/// <param name="Runs">Runs that were counted.</param>
/// <param name="IsWhole">False where counting stopped at its bound and there is more.</param>
public sealed record StoreSize(int Experiments, int Runs, bool IsWhole);
