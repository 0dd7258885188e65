namespace PerfFlow.Platform.Submissions;

/// <summary>A field whose text differs between two rounds.</summary>
/// <param name="Path">Full path, for instance <c>indicators[3].value</c>.</param>
/// <param name="LabelKey">Key of the field's label.</param>
/// <param name="Kind">How it is typed: money gets a difference, long text gets <see cref="Spans"/>.</param>
/// <param name="Old">Canonical text of the older round; empty when there was none.</param>
/// <param name="New">Canonical text of the newer round; empty when there is none.</param>
public sealed record FieldChange(string Path, string LabelKey, FormFieldKind Kind, string Old, string New)
{
    /// <summary>Old and new as one text with struck and inserted stretches.</summary>
    public IReadOnlyList<DiffSpan> Spans => TextDiff.Compare(Old, New);
}

/// <summary>What became of a table's row.</summary>
public enum RowChangeKind
{
    /// <summary>增.</summary>
    Added,

    /// <summary>删.</summary>
    Removed,

    /// <summary>改.</summary>
    Changed,
}

/// <summary>A row that differs between two rounds, matched by its id.</summary>
/// <param name="Path"><c>indicators[3]</c> or <c>costs[2]</c>.</param>
/// <param name="Kind">增, 删 or 改.</param>
/// <param name="Fields">Every non-empty field of an added or removed row, the changed fields of a changed one.</param>
public sealed record RowChange(string Path, RowChangeKind Kind, IReadOnlyList<FieldChange> Fields);

/// <summary>The difference between two rounds of one case: what the reviewer reads first.</summary>
/// <param name="Fields">Changed fields that stand once on the form, in its order.</param>
/// <param name="Rows">Changed rows, table by table; those of the new round in its order, then the removed ones.</param>
public sealed record FormDiff(IReadOnlyList<FieldChange> Fields, IReadOnlyList<RowChange> Rows)
{
    public bool IsEmpty => Fields.Count == 0 && Rows.Count == 0;

    /// <summary>改, counted as the header shows it: single fields and changed rows.</summary>
    public int Changed => Fields.Count + Count(RowChangeKind.Changed);

    /// <summary>增.</summary>
    public int Added => Count(RowChangeKind.Added);

    /// <summary>删.</summary>
    public int Removed => Count(RowChangeKind.Removed);

    /// <summary>Compares an older with a newer round of the same form.</summary>
    public static FormDiff Between(FormContent older, FormContent newer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        return new(
            [.. Compare(newer.Layout.Fields, "", f => older[f], f => newer[f])],
            [.. newer.Layout.Tables.SelectMany(t => RowsOf(t, older.Rows(t.Name), newer.Rows(t.Name)))]);
    }

    /// <summary>The change at a path, or null: the page asks it beside each field.</summary>
    public FieldChange? At(string path) =>
        Fields.FirstOrDefault(f => f.Path == path) ?? Rows.SelectMany(r => r.Fields).FirstOrDefault(f => f.Path == path);

    private int Count(RowChangeKind kind) => Rows.Count(r => r.Kind == kind);

    private static IEnumerable<RowChange> RowsOf(TableSpec table, IReadOnlyList<FormRow> older, IReadOnlyList<FormRow> newer)
    {
        var before = older.ToDictionary(r => r.Id, StringComparer.Ordinal);
        foreach (var row in newer)
        {
            var path = $"{table.Name}[{row.Id}]";
            var old = before.GetValueOrDefault(row.Id);
            List<FieldChange> changed = [.. Compare(table.Columns, path + ".", c => old?[c] ?? "", c => row[c])];
            if (old is null || changed.Count > 0)
            {
                yield return new RowChange(path, old is null ? RowChangeKind.Added : RowChangeKind.Changed, changed);
            }
        }

        var kept = newer.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var row in older.Where(r => !kept.Contains(r.Id)))
        {
            var path = $"{table.Name}[{row.Id}]";
            yield return new RowChange(path, RowChangeKind.Removed, [.. Compare(table.Columns, path + ".", c => row[c], _ => "")]);
        }
    }

    private static IEnumerable<FieldChange> Compare(IReadOnlyList<FieldSpec> fields, string prefix, Func<string, string> older, Func<string, string> newer) =>
        fields.Select(f => new FieldChange(prefix + f.Path, f.LabelKey, f.Kind, older(f.Path), newer(f.Path))).Where(c => c.Old != c.New);
}
