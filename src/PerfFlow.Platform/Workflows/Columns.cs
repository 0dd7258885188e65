using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace PerfFlow.Platform.Workflows;

/// <summary>A value on its way into a column; numbers and instants travel without a box.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Cell
{
    private readonly object? reference;
    private readonly long number;
    private readonly Guid id;

    private Cell(object? reference, long number, Guid id) => (this.reference, this.number, this.id) = (reference, number, id);

    private enum Kind
    {
        Number,
        Instant,
        Id,
    }

    public bool IsNull => reference is null;

    public static implicit operator Cell(long value) => new(Boxes.Number, value, default);

    public static implicit operator Cell(long? value) => value is { } number ? number : default(Cell);

    public static implicit operator Cell(short value) => (long)value;

    public static implicit operator Cell(short? value) => value is { } number ? (long)number : default(Cell);

    public static implicit operator Cell(bool value) => value ? 1L : 0L;

    public static implicit operator Cell(DateTimeOffset value) => new(Boxes.Instant, value.UtcTicks, default);

    public static implicit operator Cell(DateTimeOffset? value) => value is { } instant ? instant : default(Cell);

    public static implicit operator Cell(Guid value) => new(Boxes.Id, 0, value);

    public static implicit operator Cell(DateOnly value) => (long)value.DayNumber;

    public static implicit operator Cell(string? value) => new(value, 0, default);

    public static implicit operator Cell(byte[]? value) => new(value, 0, default);

    /// <summary>A value of a feature's row, as it is.</summary>
    public static Cell Of(object? value) => new(value, 0, default);

    public long Number => ReferenceEquals(reference, Boxes.Number) ? number : Convert.ToInt64(reference, CultureInfo.InvariantCulture);

    public DateTimeOffset Instant => ReferenceEquals(reference, Boxes.Instant) ? new DateTimeOffset(number, TimeSpan.Zero) : ((DateTimeOffset)reference!).ToUniversalTime();

    public DateOnly Day => ReferenceEquals(reference, Boxes.Number) ? DateOnly.FromDayNumber((int)number) : (DateOnly)reference!;

    public Guid Id => ReferenceEquals(reference, Boxes.Id) ? id : (Guid)reference!;

    public T As<T>() => (T)reference!;

    // What stands in the place of the reference says which of the other fields holds the value.
    private static class Boxes
    {
        public static readonly object Number = Kind.Number;
        public static readonly object Instant = Kind.Instant;
        public static readonly object Id = Kind.Id;
    }
}

/// <summary>A column of rows that are written at once: one array parameter for <c>unnest</c>.</summary>
internal abstract class Column
{
    public abstract void Add(in Cell cell);

    public abstract NpgsqlParameter ToParameter();

    public abstract void Clear();

    /// <summary>The column that takes values of a database type, null included.</summary>
    public static Column Of(NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Bigint => new ValueColumn<long>(type, (in c) => c.Number),
        NpgsqlDbType.Integer => new ValueColumn<int>(type, (in c) => (int)c.Number),
        NpgsqlDbType.Smallint => new ValueColumn<short>(type, (in c) => (short)c.Number),
        NpgsqlDbType.Boolean => new ValueColumn<bool>(type, (in c) => c.Number != 0),
        NpgsqlDbType.TimestampTz => new ValueColumn<DateTimeOffset>(type, (in c) => c.Instant),
        NpgsqlDbType.Uuid => new ValueColumn<Guid>(type, (in c) => c.Id),
        NpgsqlDbType.Numeric => new ValueColumn<decimal>(type, (in c) => c.As<decimal>()),
        NpgsqlDbType.Date => new ValueColumn<DateOnly>(type, (in c) => c.Day),
        NpgsqlDbType.Text => new ReferenceColumn<string?>(type),
        NpgsqlDbType.Bytea => new ReferenceColumn<byte[]?>(type),
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

internal sealed class ReferenceColumn<T>(NpgsqlDbType type) : Column
{
    private readonly List<T> values = [];

    public override void Add(in Cell cell) => values.Add(cell.As<T>());

    public override NpgsqlParameter ToParameter() => new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    public override void Clear() => values.Clear();
}

/// <summary>Values are kept bare; only a batch in which one is null is sent as an array of nullable ones.</summary>
internal sealed class ValueColumn<T>(NpgsqlDbType type, ValueColumn<T>.Read read) : Column
    where T : struct
{
    private readonly List<T> values = [];
    private readonly List<int> nulls = [];

    public delegate T Read(in Cell cell);

    public override void Add(in Cell cell)
    {
        if (cell.IsNull)
        {
            nulls.Add(values.Count);
        }

        values.Add(cell.IsNull ? default : read(cell));
    }

    public override NpgsqlParameter ToParameter()
    {
        if (nulls.Count == 0)
        {
            return new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
        }

        var nullable = new T?[values.Count];
        for (var i = 0; i < nullable.Length; i++)
        {
            nullable[i] = values[i];
        }

        foreach (var position in nulls)
        {
            nullable[position] = null;
        }

        return new NpgsqlParameter<T?[]> { TypedValue = nullable, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    public override void Clear()
    {
        values.Clear();
        nulls.Clear();
    }
}

/// <summary>Rows for one statement, column by column; used again for the next batch, so that its lists stay as large as they became.</summary>
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

    public void Add(params ReadOnlySpan<Cell> values)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i].Add(values[i]);
        }

        Count++;
    }

    public void Clear()
    {
        // Also where no row is whole: an act that failed may have left half of one.
        foreach (var column in columns)
        {
            column.Clear();
        }

        Count = 0;
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
