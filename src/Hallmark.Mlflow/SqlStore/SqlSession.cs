using System.Collections;
using System.Data.Common;
using System.Globalization;
using Hallmark.Core.Failures;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.SqlStore;

/// <summary>
/// One connection with one transaction. Statements are interpolated strings whose holes become parameters: a value is never part of the SQL. A list becomes
/// a parenthesised list of parameters, a <see cref="SqlFragment"/> stands as it is.
/// </summary>
internal sealed class SqlSession(ISqlDatabase database, SqlSchema schema, DbConnection connection, DbTransaction transaction)
{
    /// <summary>The tables and columns there are.</summary>
    public SqlSchema Schema => schema;

    /// <summary>The pseudo column that tells in which order rows were inserted.</summary>
    public SqlFragment InsertionOrder { get; } = new(database.InsertionOrder);

    /// <summary>Runs a query and hands every row to <paramref name="take"/>; the row is good until it returns.</summary>
    public async Task ReadAsync(FormattableString query, Action<SqlRow> take, CancellationToken cancellationToken)
    {
        var command = Prepare(query);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var row = new SqlRow(database, reader);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    take(row);
                }
            }
        }
    }

    /// <summary>Runs a query and gives what <paramref name="take"/> makes of each row.</summary>
    public async Task<List<T>> ListAsync<T>(FormattableString query, Func<SqlRow, T> take, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await ReadAsync(query, row => rows.Add(take(row)), cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>True where the query has a row.</summary>
    public async Task<bool> AnyAsync(FormattableString query, CancellationToken cancellationToken) =>
        (await ListAsync(query, _ => true, cancellationToken).ConfigureAwait(false)).Count > 0;

    /// <summary>Runs a statement and gives the number of rows it changed.</summary>
    public async Task<int> ExecuteAsync(FormattableString statement, CancellationToken cancellationToken)
    {
        var command = Prepare(statement);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private DbCommand Prepare(FormattableString statement)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        var pieces = statement.GetArguments().Select(argument => (object)Place(command, argument)).ToArray();

        // Not SQL built from values: the format is a literal of ours, the pieces are parameter names and fragments of ours.
#pragma warning disable CA2100 // the text holds no value, see above
        command.CommandText = string.Format(CultureInfo.InvariantCulture, statement.Format, pieces);
#pragma warning restore CA2100
        return command;
    }

    private static string Place(DbCommand command, object? argument)
    {
        switch (argument)
        {
            case SqlFragment fragment:
                return fragment.Text;
            case string or null:
                return Bind(command, argument);
            case IEnumerable list:
                return "(" + string.Join(", ", list.Cast<object?>().Select(member => Bind(command, member))) + ")";
            default:
                return Bind(command, argument);
        }
    }

    private static string Bind(DbCommand command, object? value)
    {
        if (value is string text && (text.Contains('\0', StringComparison.Ordinal) || !MlflowNames.IsUnicode(text)))
        {
            throw new BadInputException("A text with a NUL character or half a surrogate pair cannot be in a database");
        }

        var parameter = command.CreateParameter();
        parameter.ParameterName = "@p" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }
}
