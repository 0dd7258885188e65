namespace PerfFlow.Platform.Submissions;

/// <summary>
/// The workbook that follows from a form's layout: one sheet with a row per case and a column per field, one sheet per table.
/// Columns are named by the paths of the form, so that no form needs a mapping of its own; Intake's layout of the same code
/// holds titles, types and hints.
/// </summary>
public static class DerivedWorkbook
{
    /// <summary>The sheet with one row per case.</summary>
    public const string Sheet = "form";

    /// <summary>In every sheet: which project a row is about.</summary>
    public const string CaseColumn = "project.code";

    /// <summary>In every sheet of a table: which row of the form it is; empty for a new one.</summary>
    public const string RowColumn = "row";

    /// <summary>Facts are written into it and stay what they are, whatever comes back.</summary>
    public static FormWorkbook Of(FormLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new FormWorkbook(layout.Code, Sheet, CaseColumn, [.. layout.Fields.Select(f => (f.Path, f.Path))])
        {
            Tables = [.. layout.Tables.Select(t => (t.Name, t.Name, (IReadOnlyList<(string, string)>)[.. t.Columns.Select(c => (ColumnOf(t, c), c.Path))]))],
            RowColumn = RowColumn,
            Shown = layout.Fields.Where(f => f.Fact && f.Path != CaseColumn).Select(f => (Column: f.Path, Spec: f))
                .Concat(layout.Tables.SelectMany(t => t.Columns.Where(c => IsShown(t, c)).Select(c => (Column: ColumnOf(t, c), Spec: c))))
                .ToDictionary(c => c.Column, c => c.Spec, StringComparer.Ordinal),
        };
    }

    /// <summary>Column of a table's cell: <c>problems[].demand</c>.</summary>
    public static string ColumnOf(TableSpec table, FieldSpec column)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(column);
        return $"{table.Name}[].{column.Path}";
    }

    // In a seeded table the platform's rows keep their facts too, but a row that the filler adds types them.
    private static bool IsShown(TableSpec table, FieldSpec column) => table.Fixed && column.Fact;
}
