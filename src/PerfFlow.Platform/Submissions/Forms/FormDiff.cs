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
/// <param name="Costs">Changed rows of 测算明细.</param>
/// <param name="Indicators">Changed indicator rows; those of the new round in its order, then the removed ones.</param>
public sealed record FormDiff(IReadOnlyList<FieldChange> Fields, IReadOnlyList<RowChange> Costs, IReadOnlyList<RowChange> Indicators)
{
    public bool IsEmpty => Fields.Count == 0 && Costs.Count == 0 && Indicators.Count == 0;

    /// <summary>改, counted as the header shows it: single fields and changed rows.</summary>
    public int Changed => Fields.Count + Count(RowChangeKind.Changed);

    /// <summary>增.</summary>
    public int Added => Count(RowChangeKind.Added);

    /// <summary>删.</summary>
    public int Removed => Count(RowChangeKind.Removed);

    /// <summary>Compares an older with a newer round.</summary>
    public static FormDiff Between(GoalFilingForm older, GoalFilingForm newer) => new(
        Compare(GoalFilingFields.Scalars, "", older, newer, older, newer),
        Rows(GoalFilingFields.Cost, "costs", r => r.Id, older, newer, older.Costs, newer.Costs),
        Rows(GoalFilingFields.Indicator, "indicators", r => r.Id, older, newer, older.Indicators, newer.Indicators));

    /// <summary>The change at a path, or null: the page asks it beside each field.</summary>
    public FieldChange? At(string path) =>
        Fields.FirstOrDefault(f => f.Path == path) ?? Costs.Concat(Indicators).SelectMany(r => r.Fields).FirstOrDefault(f => f.Path == path);

    private int Count(RowChangeKind kind) => Costs.Count(r => r.Kind == kind) + Indicators.Count(r => r.Kind == kind);

    private static List<RowChange> Rows<T>(
        IReadOnlyList<FormField<T>> fields, string table, Func<T, string> id, GoalFilingForm olderForm, GoalFilingForm newerForm, IReadOnlyList<T> older, IReadOnlyList<T> newer)
        where T : class
    {
        var changes = new List<RowChange>();
        var before = older.ToDictionary(id, StringComparer.Ordinal);
        foreach (var row in newer)
        {
            var path = $"{table}[{id(row)}]";
            var old = before.GetValueOrDefault(id(row));
            var changed = Compare(fields, path + ".", old, row, olderForm, newerForm);
            if (old is null || changed.Count > 0)
            {
                changes.Add(new RowChange(path, old is null ? RowChangeKind.Added : RowChangeKind.Changed, changed));
            }
        }

        var kept = newer.Select(id).ToHashSet(StringComparer.Ordinal);
        changes.AddRange(older.Where(r => !kept.Contains(id(r)))
            .Select(r => new RowChange($"{table}[{id(r)}]", RowChangeKind.Removed, Compare(fields, $"{table}[{id(r)}].", r, null, olderForm, newerForm))));
        return changes;
    }

    private static List<FieldChange> Compare<T>(
        IReadOnlyList<FormField<T>> fields, string prefix, T? older, T? newer, GoalFilingForm olderForm, GoalFilingForm newerForm)
        where T : class
    {
        var changes = new List<FieldChange>();
        foreach (var field in fields)
        {
            var path = prefix + field.Path;
            var old = TextOf(field, path, older, olderForm);
            var now = TextOf(field, path, newer, newerForm);
            if (old != now)
            {
                changes.Add(new FieldChange(path, field.LabelKey, field.Kind, old, now));
            }
        }

        return changes;
    }

    private static string TextOf<T>(FormField<T> field, string path, T? from, GoalFilingForm form)
        where T : class => from is null ? "" : form.Unread.GetValueOrDefault(path) ?? field.Text(from);
}
