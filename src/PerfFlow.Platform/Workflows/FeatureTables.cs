using System.Collections.Frozen;
using NpgsqlTypes;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// A table of a feature whose rows come with acts. It has <c>case_id bigint, seq int, n int</c> as its key (the journal
/// line that brought the row, and the ordinal within it) and then <paramref name="Columns"/> in this order.
/// Insert only: nothing updates or deletes it, the journal holds the hash of each row.
/// </summary>
public sealed record FeatureTable(string Name, params IReadOnlyList<FeatureColumn> Columns)
{
    /// <summary>
    /// A delete of what is over with such a row, in the same transaction: a process that is killed after the act leaves nothing
    /// to clear. The rows are arrays: $1 case_id, $2 seq, $3 n, then the columns. Null = nothing ends.
    /// </summary>
    public string? Ends { get; init; }
}

/// <summary>A column that the runner fills; jsonb and arrays are stored as text so that their bytes stay as hashed.</summary>
public sealed record FeatureColumn(string Name, NpgsqlDbType Type);

/// <summary>The tables that acts may bring rows into, registered by their features at start.</summary>
public sealed class FeatureTables
{
    private readonly FrozenDictionary<string, FeatureTable> tables;

    public FeatureTables(IEnumerable<FeatureTable> registered) =>
        tables = registered.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<FeatureTable> All => tables.Values;

    public FeatureTable this[string name] =>
        tables.TryGetValue(name, out var table) ? table : throw new InvalidOperationException($"No feature registered the table {name}.");
}
