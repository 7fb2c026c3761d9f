namespace Hallmark.Mlflow.Tests.SqlStore;

/// <summary>The contract on what a server of MLflow 3.6 wrote into SQLite.</summary>
public sealed class SqliteServer36Tests() : SqliteStoreContract("3.6/sqlite");
