namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on what a client of MLflow 2.22 wrote into SQLite, without a server.</summary>
public sealed class SqliteDirect222Tests() : SqliteStoreContract("2.22/sqlite-direct");
