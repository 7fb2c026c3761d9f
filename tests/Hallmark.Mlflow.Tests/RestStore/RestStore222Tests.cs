namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>MLflow 2.22 over HTTP.</summary>
public sealed class RestStore222Tests() : RestStoreContract("2.22");
