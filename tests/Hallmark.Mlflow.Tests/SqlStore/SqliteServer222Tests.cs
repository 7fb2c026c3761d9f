namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on what a server of MLflow 2.22 wrote into SQLite.</summary>
public sealed class SqliteServer222Tests() : SqliteStoreContract("2.22/sqlite");
