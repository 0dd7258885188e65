using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace PerfFlow.Platform.Workflows;

/// <summary>A column of rows that are written at once: one array parameter for <c>unnest</c>.</summary>
internal abstract class Column
{
    public abstract void Add(object? value);

    public abstract NpgsqlParameter ToParameter();

    /// <summary>The column that takes values of a database type, null included.</summary>
    public static Column Of(NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Bigint => new Column<long?>(type),
        NpgsqlDbType.Integer => new Column<int?>(type),
        NpgsqlDbType.Smallint => new Column<short?>(type),
        NpgsqlDbType.Boolean => new Column<bool?>(type),
        NpgsqlDbType.Numeric => new Column<decimal?>(type),
        NpgsqlDbType.Text => new Column<string?>(type),
        NpgsqlDbType.Bytea => new Column<byte[]?>(type),
        NpgsqlDbType.Uuid => new Column<Guid?>(type),
        NpgsqlDbType.Date => new Column<DateOnly?>(type),
        NpgsqlDbType.TimestampTz => new Column<DateTimeOffset?>(type),
        _ => throw new InvalidOperationException($"Rows of acts have no columns of type {type}."),
    };

    /// <summary>The type's name in an array cast.</summary>
    public static string SqlName(NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Integer => "int",
        NpgsqlDbType.TimestampTz => "timestamptz",
        _ => type.ToString().ToLower(CultureInfo.InvariantCulture),
    };
}

internal sealed class Column<T>(NpgsqlDbType type) : Column
{
    private readonly List<T> values = [];

    public int Count => values.Count;

    public void Add(T value) => values.Add(value);

    public override void Add(object? value) => values.Add((T)value!);

    public override NpgsqlParameter ToParameter() =>
        new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}

/// <summary>Rows for one statement, column by column.</summary>
internal sealed class RowSet
{
    private readonly Column[] columns;
    private readonly string sql;

    public RowSet(string sql, params ReadOnlySpan<NpgsqlDbType> types)
    {
        this.sql = sql;
        columns = new Column[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            columns[i] = Column.Of(types[i]);
        }
    }

    public int Count { get; private set; }

    public void Add(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i].Add(values[i]);
        }

        Count++;
    }

    public void AppendTo(NpgsqlBatch batch)
    {
        if (Count == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(column.ToParameter());
        }

        batch.BatchCommands.Add(command);
    }
}
