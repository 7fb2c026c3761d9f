namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on what a server of MLflow 2.14 wrote into SQLite.</summary>
public sealed class SqliteServer214Tests() : SqliteStoreContract("2.14/sqlite");
