namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>The contract on what MLflow 3.6 wrote.</summary>
public sealed class FileStore36Tests() : FileStoreContract("3.6");
