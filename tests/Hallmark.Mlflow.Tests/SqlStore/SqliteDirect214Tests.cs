namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on what a client of MLflow 2.14 wrote into SQLite, without a server.</summary>
public sealed class SqliteDirect214Tests() : SqliteStoreContract("2.14/sqlite-direct");
