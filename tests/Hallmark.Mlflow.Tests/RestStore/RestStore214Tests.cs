namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>MLflow 2.14 over HTTP.</summary>
public sealed class RestStore214Tests() : RestStoreContract("2.14");
