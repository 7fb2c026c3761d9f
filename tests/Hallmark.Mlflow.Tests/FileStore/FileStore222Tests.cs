namespace Hallmark.Mlflow.Tests.FileStore;

/// <summary>The contract on what MLflow 2.22 wrote.</summary>
public sealed class FileStore222Tests() : FileStoreContract("2.22");
