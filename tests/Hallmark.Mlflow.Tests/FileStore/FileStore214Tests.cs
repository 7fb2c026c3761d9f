namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>The contract on what MLflow 2.14 wrote.</summary>
public sealed class FileStore214Tests() : FileStoreContract("2.14");
