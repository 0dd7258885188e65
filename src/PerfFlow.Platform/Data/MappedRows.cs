using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace PerfFlow.Platform.Data;

/// <summary>
/// Reads rows of a mapped class out of a hand-written statement. Table, columns, their types and conversions are those of the
/// model, so the mapping is said in one place. Nothing is tracked, and a row costs what the driver takes for it.
/// </summary>
internal sealed class MappedRows<T>
    where T : class
{
    private static readonly MethodInfo Value = typeof(NpgsqlDataReader).GetMethod(nameof(NpgsqlDataReader.GetFieldValue), [typeof(int)])!;
    private static readonly MethodInfo IsNull = typeof(NpgsqlDataReader).GetMethod(nameof(NpgsqlDataReader.IsDBNull), [typeof(int)])!;

    private readonly Func<NpgsqlDataReader, T> read;

    public MappedRows(IModel model)
    {
        var type = model.FindEntityType(typeof(T))!;
        var properties = type.GetProperties().ToList();
        Select = $"select {string.Join(", ", properties.Select(p => p.GetColumnName()))} from {type.GetSchema()}.{type.GetTableName()}";
        var reader = Expression.Parameter(typeof(NpgsqlDataReader));
        var row = Expression.MemberInit(Expression.New(typeof(T)), properties.Select((p, i) => Expression.Bind(p.PropertyInfo!, Of(p, reader, i))));
        read = Expression.Lambda<Func<NpgsqlDataReader, T>>(row, reader).Compile();
    }

    /// <summary>"select all columns from the table": the caller goes on with "where".</summary>
    public string Select { get; }

    /// <summary>The row on which the reader stands, of a statement that began with <see cref="Select"/>.</summary>
    public T Read(NpgsqlDataReader reader) => read(reader);

    private static Expression Of(IProperty property, ParameterExpression reader, int column)
    {
        var ordinal = Expression.Constant(column);
        var converter = property.GetTypeMapping().Converter;
        var stored = converter?.ProviderClrType ?? Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        Expression value = Expression.Call(reader, Value.MakeGenericMethod(stored), ordinal);
        if (converter is not null)
        {
            value = Expression.Invoke(converter.ConvertFromProviderExpression, value);
        }

        value = value.Type == property.ClrType ? value : Expression.Convert(value, property.ClrType);
        return property.IsNullable ? Expression.Condition(Expression.Call(reader, IsNull, ordinal), Expression.Default(property.ClrType), value) : value;
    }
}
