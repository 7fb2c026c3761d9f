namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on what a client of MLflow 3.6 wrote into SQLite, without a server.</summary>
public sealed class SqliteDirect36Tests() : SqliteStoreContract("3.6/sqlite-direct");
