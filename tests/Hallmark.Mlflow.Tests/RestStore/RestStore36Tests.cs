namespace Hallmark.Mlflow.Tests.RestStore;

/// <summary>MLflow 3.6 over HTTP.</summary>
public sealed class RestStore36Tests() : RestStoreContract("3.6");
